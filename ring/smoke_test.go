package ring
import ("testing";"fmt";"context";"time";"io";"errors")
func TestSmoke(t *testing.T) {
	path := t.TempDir()+"/r"
	p, err := Create(path, Options{Capacity: 4096})
	if err != nil { t.Fatal(err) }
	fmt.Println(p.MaxMessage())
	c, err := Open(path, ConsumerOptions{Lossless: true})
	if err != nil { t.Fatal(err) }
	l, err := Open(path, ConsumerOptions{})
	if err != nil { t.Fatal(err) }
	go func() {
		for i := range 100000 { if err := p.Publish(uint32(i), fmt.Append(nil, "message ", i)); err != nil { panic(err) } }
		p.Close()
	}()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second); defer cancel()
	n := 0
	for m, err := range c.All(ctx) {
		if err != nil { t.Fatal(n, err) }
		if string(m.Payload) != fmt.Sprint("message ", n) || m.Seq != uint64(n) { t.Fatal(n, m) }
		n++
	}
	if n != 100000 { t.Fatal(n) }
	var got, lost uint64
	for {
		m, err := l.Next(ctx)
		var le *LappedError
		if errors.As(err, &le) { lost += le.Lost; continue }
		if err == io.EOF { break }
		if err != nil { t.Fatal(err) }
		if string(m.Payload) != fmt.Sprint("message ", m.Seq) { t.Fatal(m) }
		got++
	}
	fmt.Println(got, lost, l.Stats())
	if got + lost != 100000 { t.Fatal(got, lost) }
	c.Close(); l.Close()
}
