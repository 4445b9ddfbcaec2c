//go:build linux

package ring_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mmring/mmring/ring"
)

// One look at the ring brings many messages.
func ExampleConsumer_Poll() {
	path := fmt.Sprintf("/dev/shm/poll-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{}))
	consumer := must(ring.Open(path, ring.ConsumerOptions{}))
	defer ring.Remove(path)
	defer producer.Close()
	for _, word := range []string{"one", "two", "three"} {
		check(producer.Append(7, []byte(word)))
	}
	check(producer.Flush()) // all three at once
	n, err := consumer.Poll(100, func(m *ring.Message) error {
		fmt.Printf("%d: %s, tag %d\n", m.Seq, m.Payload, m.Tag)
		return nil
	})
	fmt.Println(n, err)
	// Output:
	// 0: one, tag 7
	// 1: two, tag 7
	// 2: three, tag 7
	// 3 <nil>
}

// A message is made where it will lie.
func ExampleProducer_Claim() {
	producer := must(ring.CreateAnonymous(ring.Options{}))
	defer producer.Close()
	space := must(producer.Claim(100))
	n := copy(space, "written in place")
	check(producer.Commit(0, n))
	fmt.Println(producer.Stats().NextSeq)
	// Output: 1
}

// A lossy consumer that was too slow learns how many messages it missed, and goes on.
func ExampleLappedError() {
	path := fmt.Sprintf("/dev/shm/lapped-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{Capacity: 4096}))
	consumer := must(ring.Open(path, ring.ConsumerOptions{}))
	defer ring.Remove(path)
	defer producer.Close()
	for i := range 1000 {
		check(producer.Publish(0, fmt.Append(nil, i)))
	}
	_, err := consumer.TryNext()
	var lapped *ring.LappedError
	fmt.Println(errors.As(err, &lapped) && lapped.Next == lapped.Lost)
	message := must(consumer.TryNext())
	fmt.Println(message.Seq == lapped.Next)
	// Output:
	// true
	// true
}

// Values of a type without pointers need no encoding.
func ExampleCreateOf() {
	type trade struct {
		Price, Quantity float64
		Buy             bool
	}
	path := fmt.Sprintf("/dev/shm/trades-%d", os.Getpid())
	producer := must(ring.CreateOf[trade](path, ring.Options{}))
	consumer := must(ring.OpenOf[trade](path, ring.ConsumerOptions{Lossless: true}))
	defer ring.Remove(path)
	defer producer.Close()
	check(producer.Publish(0, trade{Price: 101.5, Quantity: 3, Buy: true}))
	fmt.Printf("%+v\n", must(consumer.TryNext()).Value)
	_, err := ring.CreateOf[struct{ Name string }](path, ring.Options{})
	fmt.Println(errors.Is(err, ring.ErrPointers))
	// Output:
	// {Price:101.5 Quantity:3 Buy:true}
	// true
}

// One goroutine reads several rings, and sleeps while none of them has anything.
func ExampleSelector() {
	selector := must(ring.NewSelector(ring.Adaptive))
	names := map[*ring.Consumer]string{}
	for _, name := range []string{"prices", "orders"} {
		path := fmt.Sprintf("/dev/shm/%s-%d", name, os.Getpid())
		producer := must(ring.Create(path, ring.Options{}))
		consumer := must(ring.Open(path, ring.ConsumerOptions{Lossless: true}))
		defer ring.Remove(path)
		defer consumer.Close()
		names[consumer] = name
		check(selector.Add(consumer))
		check(producer.Publish(0, []byte("the first of "+name)))
		check(producer.Publish(0, []byte("the last of "+name)))
		check(producer.Close())
	}
	for selector.Len() > 0 {
		consumer := must(selector.Select(context.Background()))
		message, err := consumer.TryNext()
		switch {
		case errors.Is(err, io.EOF):
			fmt.Println("end of", names[consumer])
			selector.Remove(consumer)
		case errors.Is(err, ring.ErrEmpty): // nothing after all
		default:
			check(err)
			fmt.Printf("%s: %s\n", names[consumer], message.Payload)
		}
	}
	// Output:
	// prices: the first of prices
	// orders: the first of orders
	// prices: the last of prices
	// orders: the last of orders
	// end of prices
	// end of orders
}

// A named consumer goes on where it was, in this process or the next.
func ExampleConsumer_Ack() {
	path := fmt.Sprintf("/dev/shm/named-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{}))
	defer ring.Remove(path)
	defer producer.Close()
	for _, word := range []string{"one", "two", "three"} {
		check(producer.Publish(0, []byte(word)))
	}
	options := ring.ConsumerOptions{Name: "archive", Lossless: true, ManualAck: true}
	consumer := must(ring.Open(path, options))
	fmt.Printf("%s\n", must(consumer.TryNext()).Payload)
	check(consumer.Ack())
	fmt.Printf("%s\n", must(consumer.TryNext()).Payload) // and fails before it is acknowledged
	check(consumer.Close())
	consumer = must(ring.Open(path, options))
	fmt.Printf("%s\n", must(consumer.TryNext()).Payload)
	check(consumer.Close())
	// Output:
	// one
	// two
	// two
}
