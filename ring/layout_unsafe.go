package ring

import "unsafe"

// The layout as the compiler sees it. A line that does not compile names the field that has moved.
var (
	_ = [1]struct{}{}[unsafe.Sizeof(identity{})-pageSize]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.capacity)-0x20]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.alignment)-0x30]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.deadline)-0x40]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.origin)-0x48]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.schemaLen)-0x58]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.checksum)-0x60]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.schema)-schemaOffset]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.metadata)-0x800]
	_ = [1]struct{}{}[unsafe.Sizeof(status{})-0x48]
	_ = [1]struct{}{}[unsafe.Sizeof(headsIdentity{})-0x20]
	_ = [1]struct{}{}[unsafe.Offsetof(who{}.name)-0x10]
	_ = [1]struct{}{}[unsafe.Sizeof(who{})-0x70]
	_ = [1]struct{}{}[unsafe.Offsetof(MessageOf[byte]{}.Seq)-8]
	_ = [1]struct{}{}[unsafe.Offsetof(MessageOf[byte]{}.Value)-headerSize]
)

// word64 is the 8-byte word at offset off, rounded down to a multiple of 8, of memory that starts page-aligned and
// whose length is a multiple of 8. Out of bounds it panics, as indexing does.
func word64(mem []byte, off uint64) *uint64 { return (*uint64)(unsafe.Pointer(&mem[off&^7])) }

// word32 is the 4-byte word at offset off, rounded down to a multiple of 4.
func word32(mem []byte, off uint64) *uint32 { return (*uint32)(unsafe.Pointer(&mem[off&^3])) }

// memory is a part of a mapping by its address alone, for the hot paths: no access is checked. The caller keeps every offset inside, by the
// geometry.
type memory struct{ base unsafe.Pointer }

func memoryOf(mem []byte) memory { return memory{unsafe.Pointer(unsafe.SliceData(mem))} }

// from is the memory from offset at on.
func (m memory) from(at uint64) memory { return memory{unsafe.Add(m.base, at)} }

// word64 is the word at offset at, a multiple of 8.
func (m memory) word64(at uint64) *uint64 { return (*uint64)(unsafe.Add(m.base, at)) }

// header is that of the record at offset at, in memory that nobody else changes.
func (m memory) header(at uint64) (w, seq uint64) { return *m.word64(at), *m.word64(at + 8) }

func (m memory) setHeader(at, w, seq uint64) { *m.word64(at), *m.word64(at + 8) = w, seq }

// bytes are the n bytes from offset at on.
func (m memory) bytes(at, n uint64) []byte { return unsafe.Slice((*byte)(unsafe.Add(m.base, at)), n) }

// overlay is a struct of the layout at the start of mem, which must be long enough and 8-aligned.
func overlay[T identity | status | headsIdentity | who](mem []byte) *T {
	var t T
	return (*T)(unsafe.Pointer(unsafe.SliceData(mem[:unsafe.Sizeof(t)])))
}

// heapMemory is page-aligned memory of this process alone, for tests under the race detector.
func heapMemory(size int64) []byte {
	mem := make([]byte, size+pageSize)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(mem))) % pageSize
	return mem[skip : skip+uintptr(size) : skip+uintptr(size)]
}

// valueBytes is the memory of *v, a value without pointers.
func valueBytes[T any](v *T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(v)), unsafe.Sizeof(*v))
}

// holds reports whether a payload is as long as a T.
func holds[T any](payload []byte) bool {
	var v T
	return uintptr(len(payload)) == unsafe.Sizeof(v)
}

// recordAround is the record that a payload lies in, in a buffer of the consumer's: its header lies before it. Where T is of no size the compiler
// makes MessageOf longer than the record, by less than what every such buffer has to spare.
func recordAround[T any](payload []byte) *MessageOf[T] {
	return (*MessageOf[T])(unsafe.Add(unsafe.Pointer(unsafe.SliceData(payload)), -headerSize))
}
