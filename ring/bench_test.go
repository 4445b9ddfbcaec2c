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
	for _, size := range []int{0, 8, 64, 1024} {
		b.Run(fmt.Sprint("size=", size), func(b *testing.B) {
			p := produce(b, ringPath(b), Options{})
			payload := make([]byte, size)
			b.SetBytes(int64(size))
			for b.Loop() {
				p.Publish(1, payload)
			}
		})
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
