// Package model checks the protocol of the ring exhaustively: every interleaving of a tiny ring, on three kinds of
// memory, with every process killed at every instruction.
//
// # Reading it
//
// A model is two or three small programs over a tiny shared memory. The programs are plain Go and are meant to be read
// beside the pseudo-code of the design, line by line: producer.go and consumer.go, join.go, park.go and call.go use its
// names and its edges (C1, R3, E2, J1, W1, ...). Everything else is machinery:
//
//	memory.go    what a store and a load may do on SC, amd64 and arm64 (litmus_test.go holds it to the manuals)
//	kernel.go    futex, membarrier, locks, death
//	process.go   how a Go function becomes a process that can be stopped, copied and resumed at every shared access
//	explore.go   breadth-first search over all states; the shortest interleaving that breaks something
//	liveness.go  from every state the end must stay reachable: no deadlock, no lost wake-up
//
// # Judging it
//
// A model that finds nothing proves little unless it would have found something. So each test has a table of mutations,
// one for each fence, order and check the design relies on: the protocol as designed must pass, and every mutation must
// be caught. `go test -v` prints the interleaving that catches it.
//
// # Trusting it
//
// States are told apart by a 64-bit hash with a seed of its own in each run: at five million states the chance that
// one is missed is below one in a million, and it does not miss the same one twice.
package model
