package ring

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unsafe"
)

type point struct{ X, Y int64 }

// Do values come out as they went in, by each method?
func TestTypedRing(t *testing.T) {
	type tick struct {
		At    int64
		Price [2]float64
		Side  bool
		In    struct{ A, B uint8 }
	}
	path := ringPath(t)
	p, err := CreateOf[tick](path, Options{Capacity: 4096})
	check(t, err)
	c, err := OpenOf[tick](path, ConsumerOptions{Lossless: true})
	check(t, err)
	defer c.Close()
	value := func(i int64) tick {
		return tick{i, [2]float64{float64(i), -1}, i%2 == 0, struct{ A, B uint8 }{1, uint8(i)}}
	}
	next := int64(0)
	see := func(m *MessageOf[tick], err error) {
		t.Helper()
		check(t, err)
		if m.Value != value(next) || m.Seq != uint64(next) || m.Tag != uint32(next) {
			t.Fatalf("message %d: %+v", next, m)
		}
		next++
	}
	for i := int64(0); i < 500; i += 4 {
		check(t, p.Publish(uint32(i), value(i)))
		see(c.TryNext())
		check(t, p.TryPublish(uint32(i+1), value(i+1)))
		see(c.Next(t.Context()))
		check(t, errors.Join(p.Append(uint32(i+2), value(i+2)), p.PublishContext(t.Context(), uint32(i+3), value(i+3))))
		m, err := c.Latest()
		check(t, err)
		equal(t, "latest", m.Value, value(i+3))
		n, err := c.Poll(10, func(m *MessageOf[tick]) error { see(m, nil); return nil })
		check(t, err)
		equal(t, "polled", n, 2)
	}
	check(t, p.Producer.Publish(0, []byte("short"))) // past the type
	_, err = c.TryNext()
	want(t, err, ErrCorrupt, "5 bytes")
	check(t, p.Close())
	if _, err := c.TryNext(); err != io.EOF {
		t.Fatal(err)
	}
}

// Do the message delivered last, the newest and an old one leave each other alone, and does the consumer not mind what becomes of them?
func TestTypedMessagesAreApart(t *testing.T) {
	path := ringPath(t)
	p, err := CreateOf[point](path, Options{Capacity: 4096})
	check(t, err)
	c, err := OpenOf[point](path, ConsumerOptions{Lossless: true, ManualAck: true, Name: "n"})
	check(t, err)
	for i := range int64(5) {
		check(t, p.Publish(uint32(i), point{i, -i}))
	}
	var got [4]*MessageOf[point]
	next := func(m *MessageOf[point], err error) *MessageOf[point] { t.Helper(); check(t, err); return m }
	first := next(c.TryNext())
	got[0], got[1], got[2], got[3] = next(c.At(0)), next(c.TryNext()), next(c.At(3)), next(c.Latest())
	for i, seq := range []int64{3, 1, 3, 4} { // At's own is At's once more
		equal(t, "value", got[i].Value, point{seq, -seq})
		equal(t, "number", got[i].Seq, uint64(seq))
		equal(t, "tag", got[i].Tag, uint32(seq))
	}
	for _, m := range append(got[:], first) {
		*m = MessageOf[point]{Tag: 1 << 31, Seq: 1 << 63, Value: point{0x7ffffff0, -1}} // a record's header, should anyone take it for one
	}
	equal(t, "the place", c.delivered(), place{2 * c.size(16), 2})
	equal(t, "the next", next(c.TryNext()).Value, point{2, -2})
	check(t, c.AckBefore(1))
	check(t, c.Close())
	c, err = OpenOf[point](path, ConsumerOptions{Lossless: true, Name: "n"})
	check(t, err)
	for i := int64(1); i < 5; i++ {
		equal(t, "what was not acknowledged", next(c.TryNext()).Value, point{i, -i})
	}
	check(t, errors.Join(p.Close(), c.Close()))
}

// May a message be changed while another goroutine closes the consumer? The race detector says.
func TestTypedMessageIsTheUsers(t *testing.T) {
	path := ringPath(t)
	p, err := CreateOf[point](path, Options{Capacity: 4096})
	check(t, err)
	c, err := OpenOf[point](path, ConsumerOptions{Lossless: true})
	check(t, err)
	check(t, p.Publish(1, point{1, 1}))
	m, err := c.TryNext()
	check(t, err)
	closed := make(chan error)
	go func() { closed <- c.Close() }()
	for range 1000 {
		m.Tag, m.Seq, m.Value.X = m.Tag+1, m.Seq+1, m.Value.X+1
	}
	check(t, errors.Join(<-closed, p.Close()))
}

// Is a type whose values mean nothing elsewhere refused, with the name of the field?
func TestTypesWithPointersAreRefused(t *testing.T) {
	refuse := func(err error, parts ...string) { t.Helper(); want(t, err, ErrPointers, parts...) }
	path := ringPath(t)
	refuse(second(CreateOf[struct{ Name string }](path, Options{})), "value.Name", "string")
	refuse(second(CreateOf[struct{ A [3]struct{ P *int } }](path, Options{})), "value.A[].P", "ptr")
	refuse(second(CreateOf[[]byte](path, Options{})), "slice")
	refuse(second(CreateOf[struct{ m map[int]int }](path, Options{})), "value.m", "map")
	refuse(second(CreateOf[struct{ C chan int }](path, Options{})), "value.C")
	refuse(second(CreateOf[struct{ F func() }](path, Options{})), "value.F")
	refuse(second(CreateOf[struct{ E error }](path, Options{})), "value.E")
	refuse(second(CreateOf[struct{ U uintptr }](path, Options{})), "value.U")
	refuse(second(CreateOf[struct{ P unsafe.Pointer }](path, Options{})), "value.P")
	refuse(second(OpenOf[string](path, ConsumerOptions{})))
	_, err := CreateOf[[5000]byte](path, Options{Capacity: 4096})
	want(t, err, ErrTooLarge, "5000")
}

// Is the layout held against the file's, whatever the names of the types, however long the description?
func TestTypesMustAgree(t *testing.T) {
	type same struct{ X, Y int64 }
	type renamed struct{ X, Z int64 }
	type narrower struct{ X, Y int32 }
	path := ringPath(t)
	p, err := CreateOf[point](path, Options{})
	check(t, err)
	c, err := OpenOf[same](path, ConsumerOptions{})
	check(t, err)
	check(t, c.Close())
	for _, err := range []error{second(OpenOf[renamed](path, ConsumerOptions{})), second(OpenOf[narrower](path, ConsumerOptions{})),
		second(OpenOf[int64](path, ConsumerOptions{})), second(Open(path, ConsumerOptions{}))} {
		want(t, err, ErrGeometry, "struct{X@0 int64; Y@8 int64}, 16 bytes")
	}
	check(t, p.Close())
	_, err = CreateOf[narrower](path, Options{})
	want(t, err, ErrGeometry)
	_, err = Create(path, Options{})
	want(t, err, ErrGeometry)
	p, err = CreateOf[point](path, Options{})
	check(t, err)
	check(t, p.Close())
	long, other := schemas(t)
	if len(long) > maxSchema || long == other || !strings.Contains(long, "sha256:") {
		t.Errorf("long descriptions: %d bytes, equal: %v", len(long), long == other)
	}
}

func schemas(t *testing.T) (a, b string) {
	type field struct{ AnUncommonlyLongNameForAFieldOfAStruct, AnotherUncommonlyLongNameForAFieldOfAStruct [2]uint8 }
	type many struct{ A, B, C, D, E, F, G, H, I, J, K, L field }
	type more struct {
		many
		Z int8
	}
	a, err := schemaOf[many]()
	check(t, err)
	b, err = schemaOf[more]()
	check(t, err)
	return a, b
}

// Can a program that does not know the type pass messages on, from one typed ring to another?
func TestSchemaAsText(t *testing.T) {
	from, to := ringPath(t), ringPath(t)
	p, err := CreateOf[point](from, Options{})
	check(t, err)
	check(t, p.Publish(3, point{1, 2}))
	check(t, p.Close())
	o, err := Observe(from)
	check(t, err)
	s, err := o.Snapshot()
	check(t, err)
	check(t, o.Close())

	in, err := Open(from, ConsumerOptions{Schema: s.Schema})
	check(t, err)
	out, err := Create(to, Options{Schema: s.Schema})
	check(t, err)
	m, err := in.TryNext()
	check(t, err)
	check(t, out.Publish(m.Tag, m.Payload))
	check(t, errors.Join(in.Close(), out.Close()))
	c, err := OpenOf[point](to, ConsumerOptions{})
	check(t, err)
	v, err := c.TryNext()
	check(t, err)
	if v.Value != (point{1, 2}) || v.Tag != 3 {
		t.Errorf("got %+v", v)
	}
	check(t, c.Close())
	_, err = Open(from, ConsumerOptions{Schema: "another"})
	want(t, err, ErrGeometry, "another")
	if _, err = Create(ringPath(t), Options{Schema: strings.Repeat("x", maxSchema+1)}); err == nil {
		t.Error("a schema that does not fit was accepted")
	}
}

// Does a value of any size come out, each way it can: none at all, one that is less than a word, one of odd length?
func TestTypedSizes(t *testing.T) {
	typedSize(t, struct{}{})
	typedSize(t, uint16(0xabcd))
	typedSize(t, [3]uint32{1, 2, 3})
	typedSize(t, [201]byte{0: 1, 200: 2})
}

func typedSize[T comparable](t *testing.T, v T) {
	path := ringPath(t)
	p, err := CreateOf[T](path, Options{Alignment: 8})
	check(t, err)
	c, err := OpenOf[T](path, ConsumerOptions{})
	check(t, err)
	for range 3 {
		check(t, p.Publish(7, v))
	}
	see := func(m *MessageOf[T], err error) {
		t.Helper()
		check(t, err)
		if m.Value != v || m.Tag != 7 {
			t.Errorf("%+v, want %v", m, v)
		}
	}
	see(c.Latest())
	see(c.At(1))
	see(c.TryNext())
	see(c.Next(t.Context()))
	check(t, errors.Join(p.Close(), c.Close()))
}
