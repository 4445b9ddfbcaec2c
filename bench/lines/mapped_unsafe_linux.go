package main

import (
	"fmt"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mappedRoundTrip is a round trip over two words of shared memory, each written by one side and read by the other through a mapping of the
// given protection: as a process reads a ring that it may write, or may not.
func mappedRoundTrip(cpu, prot int) (float64, error) {
	const size, apart = 4096, 32 // bytes, words
	written, seen, err := mapTwice(size, prot)
	if err != nil {
		return 0, err
	}
	defer written.unmap()
	defer seen.unmap()
	done := make(chan struct{})
	go func() {
		defer close(done)
		pin(cpu)
		for n := uint64(1); n <= mappedTurns; n++ {
			seen.await(0, n)
			written.store(apart, n)
		}
	}()
	began := time.Now()
	for n := uint64(1); n <= mappedTurns; n++ {
		written.store(0, n)
		seen.await(apart, n)
	}
	took := time.Since(began)
	<-done
	return float64(took) / mappedTurns, nil
}

// mapping is shared memory as words.
type mapping struct{ mem []byte }

// mapTwice makes memory of so many bytes and maps it for a writer, and with the given protection for a reader.
func mapTwice(size, prot int) (written, seen mapping, err error) {
	fd, err := unix.MemfdCreate("lines", unix.MFD_CLOEXEC)
	if err != nil {
		return written, seen, fmt.Errorf("make shared memory: %w", err)
	}
	defer unix.Close(fd)
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		return written, seen, fmt.Errorf("make shared memory of %d bytes: %w", size, err)
	}
	if written, err = mapWords(fd, size, unix.PROT_READ|unix.PROT_WRITE); err != nil {
		return written, seen, err
	}
	if seen, err = mapWords(fd, size, prot); err != nil {
		written.unmap()
	}
	return written, seen, err
}

func mapWords(fd, size, prot int) (mapping, error) {
	mem, err := unix.Mmap(fd, 0, size, prot, unix.MAP_SHARED|unix.MAP_POPULATE)
	if err != nil {
		return mapping{}, fmt.Errorf("map shared memory: %w", err)
	}
	return mapping{mem}, nil
}

func (m mapping) unmap() { _ = unix.Munmap(m.mem) } // cannot fail: the range is ours

func (m mapping) word(i int) *uint64 { return (*uint64)(unsafe.Pointer(&m.mem[8*i])) }

func (m mapping) store(i int, v uint64) { atomic.StoreUint64(m.word(i), v) }

func (m mapping) await(i int, v uint64) {
	for word := m.word(i); atomic.LoadUint64(word) != v; {
	}
}
