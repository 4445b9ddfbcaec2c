// Package model checks the protocol of the ring exhaustively: every interleaving of a tiny ring, on three kinds of
// memory, with every process killed at every instruction.
//
// # Reading it
//
// A model is two or three small programs over a tiny shared memory. The programs are plain Go, meant to be read beside
// the pseudo-code of the design line by line, with its names and its edges (C1, R3, E2, J1, W1, ...):
//
//	ring.go      the shared words, what a record is, what the checker knows to be true
//	producer.go  calls and claims     publish.go  append, flush      extend.go  intent, scan, reserved
//	restart.go   start after a death  park.go     sleeping and waking, both ways
//	consumer.go  next, publish, relocate              walk.go  walks, end, newest
//	join.go      enter, pin, seek                     look.go  where to begin
//	call.go      Close against a call in progress
//
// Everything else is machinery:
//
//	memory.go, forget.go     what a store and a load may do on SC, amd64 and arm64; litmus_test.go holds it to the manuals
//	kernel.go                futex, membarrier, locks, death
//	process.go, automaton.go how a Go function becomes a process that can be copied and resumed at every shared access
//	system.go, state.go      what is explored; one moment of it, in encode.go as bytes
//	explore.go, step.go      breadth-first search: the shortest interleaving that breaks something
//	liveness.go              from every state the end must stay reachable: no deadlock, no lost wake-up
//	mutation.go, trace.go    the protocol with something broken; an interleaving, told
//
// # Judging it
//
// A model that finds nothing proves little unless it would have found something. So each test has a table of mutations,
// one for each fence, order and check the design relies on: the protocol as designed must pass, and every mutation must
// be caught. `go test -v` prints the interleaving that catches it. What turned out to be belt and braces is listed too
// (`spares`), and must stay so: if it becomes needed, someone should know.
//
// # Trusting it
//
// States are told apart by a 64-bit hash with a seed of its own in each run: at five million states the chance that
// one is missed is below one in a million, and it does not miss the same one twice.
package model
