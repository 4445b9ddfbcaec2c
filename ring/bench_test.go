package ring

import (
	"fmt"
	"io"
	"sync"
	"testing"
)

// These run in one process, over a file in memory. Between processes is ../bench's business.

// BenchmarkPublish has nobody listen.
func BenchmarkPublish(b *testing.B) {
	for _, sealed := range []bool{false, true} {
		for _, size := range []int{0, 8, 64, 1024} {
			b.Run(fmt.Sprintf("sealed=%v/size=%d", sealed, size), func(b *testing.B) {
				create := func() (*Producer, error) { return Create(ringPath(b), Options{}) }
				if sealed {
					create = func() (*Producer, error) { return CreateAnonymous(Options{}) }
				}
				p, err := create()
				check(b, err)
				defer p.Close()
				payload := make([]byte, size)
				b.SetBytes(int64(size))
				for b.Loop() {
					p.Publish(1, payload)
				}
			})
		}
	}
}

// BenchmarkStream is the time for a message to reach all consumers, while they stream.
func BenchmarkStream(b *testing.B) {
	for _, consumers := range []int{1, 2} {
		for _, size := range []int{8, 64, 1024} {
			b.Run(fmt.Sprintf("consumers=%d/size=%d", consumers, size), func(b *testing.B) {
				path := ringPath(b)
				p := produce(b, path, Options{})
				var wg sync.WaitGroup
				for range consumers {
					c := consume(b, path, ConsumerOptions{Lossless: true})
					wg.Go(func() {
						for {
							if _, err := c.Next(b.Context()); err == io.EOF {
								return
							} else if err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				payload := make([]byte, size)
				b.SetBytes(int64(size))
				for b.Loop() {
					p.Publish(1, payload)
				}
				p.Close()
				wg.Wait()
			})
		}
	}
}

// BenchmarkPublishAndNext is both in one goroutine: the instructions alone, without two cores' caches.
func BenchmarkPublishAndNext(b *testing.B) {
	for _, lossless := range []bool{true, false} {
		b.Run(fmt.Sprint("lossless=", lossless), func(b *testing.B) {
			path := ringPath(b)
			p, c := produce(b, path, Options{}), consume(b, path, ConsumerOptions{Lossless: lossless})
			payload := make([]byte, 64)
			for b.Loop() {
				p.Publish(1, payload)
				c.TryNext()
			}
		})
	}
}

// BenchmarkDrain is what a message costs a consumer that is behind, with nobody at work on the other side.
func BenchmarkDrain(b *testing.B) {
	for _, lossless := range []bool{true, false} {
		for _, size := range []int{8, 64, 1024} {
			b.Run(fmt.Sprintf("lossless=%v/size=%d", lossless, size), func(b *testing.B) {
				path := ringPath(b)
				p, c := produce(b, path, Options{}), consume(b, path, ConsumerOptions{Lossless: lossless})
				payload := make([]byte, size)
				b.SetBytes(int64(size))
				left := 0
				for b.Loop() {
					if left == 0 {
						left = publishSome(b, func() { p.Publish(1, payload) })
					}
					left--
					c.TryNext()
				}
			})
		}
	}
}

func publishSome(b *testing.B, publish func()) int {
	b.StopTimer()
	defer b.StartTimer()
	for range 512 {
		publish()
	}
	return 512
}

// BenchmarkTyped is a producer with nobody there, and a consumer that is behind, of 64-byte values.
func BenchmarkTyped(b *testing.B) {
	type value struct{ Words [8]uint64 }
	path := ringPath(b)
	p, err := CreateOf[value](path, Options{})
	check(b, err)
	defer p.Close()
	b.Run("publish", func(b *testing.B) {
		for v := (value{}); b.Loop(); {
			p.Publish(1, v)
		}
	})
	b.Run("drain", func(b *testing.B) {
		c, err := OpenOf[value](path, ConsumerOptions{Lossless: true, From: Latest()})
		check(b, err)
		defer c.Close()
		left := 0
		for b.Loop() {
			if left == 0 {
				left = publishSome(b, func() { p.Publish(1, value{}) })
			}
			left--
			c.TryNext()
		}
	})
}
