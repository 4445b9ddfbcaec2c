// Package ring streams messages from one producer process to many consumer processes on the same machine, through a
// lock-free ring in a memory-mapped file.
//
// # Use
//
// [Create] makes this process the producer of the ring at a path, [Open] makes a consumer of it, and [Producer.Publish] and
// [Consumer.Next] are all that is needed; [CreateOf] and [OpenOf] do the same for Go values. The zero options work. A ring
// stays when its producer is gone, so that the next one goes on with the stream; [Remove] ends it. Who waits, who loses, how to
// wait and how large a ring must be is in docs/choosing.md of this module.
//
// # Words
//
// A position is a 64-bit byte offset in the stream; it only grows, and its place in the ring is position mod capacity. A record
// is one message with its 16-byte header, whose first word, the commit word, is stored last and makes it exist. seq
// numbers the messages from 0. tail is the producer's counter, the end of what is committed; each consumer has its head, the
// position it reads next. A lossless consumer's head gates the producer: what it has not read is not overwritten. A lossy consumer's
// does not: when the producer laps it, it is told exactly how many messages it lost.
//
// # What holds
//
// A message that is delivered is whole, is the one that was sent, and comes in order, once. A process killed or stopped
// at any instruction loses no committed message and wedges nobody: locks are the kernel's, dropped at death. A file that is
// cut off, deleted, replaced or damaged gives an error. Consumers cannot write the stream. Sleeping consumers cost nothing, and
// while none sleeps the producer makes no system calls.
//
// # Reading the source
//
// layout.go describes the shared bytes. protocol.go holds every access to them, as verbs. producer.go, claim.go, extend.go are
// the producer's paths, hot to cold; consumer.go, run.go, fetch.go, tell.go, await.go, join.go the consumer's, and selector.go waits for
// several of them; walk.go finds records. create.go, open.go, start.go, close.go, remove.go and files.go are the life of the files.
package ring
