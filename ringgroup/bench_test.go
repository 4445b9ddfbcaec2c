package ringgroup

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/mmring/mmring/ring"
)

// What does a message of 64 bytes cost that one of so many members takes and finishes? 0 members: a lossless consumer, for comparison.
func BenchmarkMembers(b *testing.B) {
	for _, members := range []int{0, 1, 2, 4} {
		b.Run(fmt.Sprint("members=", members), func(b *testing.B) {
			path := ringPath(b)
			p := produce(b, path, ring.Options{})
			var all sync.WaitGroup
			if members == 0 {
				c, err := ring.Open(path, ring.ConsumerOptions{Lossless: true})
				check(b, err)
				defer c.Close()
				all.Go(func() {
					for _, err := range c.All(context.Background()) {
						if err != nil {
							b.Error(err)
						}
					}
				})
			}
			for range members {
				m := joined(b, path, Options{})
				all.Go(func() { takeAll(b, m) })
			}
			payload := make([]byte, 64)
			for b.Loop() {
				if err := p.Publish(0, payload); err != nil {
					b.Fatal(err)
				}
			}
			check(b, p.Close())
			all.Wait()
		})
	}
}

func takeAll(b *testing.B, m *Member) {
	for {
		msg, err := m.Next(context.Background())
		if err == io.EOF {
			return
		}
		if err == nil {
			err = m.Done(msg.Seq)
		}
		if err != nil {
			b.Error(err)
			return
		}
	}
}
