// Package ringgroup lets several processes share the messages of one ring: each message goes to one of them. A member that dies has
// its unfinished messages given to another.
//
//	m, err := ringgroup.Join(path, ringgroup.Options{Group: "billing"})
//	for {
//		message, err := m.Next(ctx)
//		...
//		err = m.Done(message.Seq)
//	}
//
// # What holds
//
//   - While nobody dies or leaves, every message is given to exactly one member, once.
//   - Every message is finished at least once, as long as some member that has caught up with the group lives. What a member had
//     and did not finish before it died or left is given to another, and Message.Redelivered says how often that was so. A
//     process that dies after it did the work and before Done has done it for nothing.
//   - Done takes effect at once and for good: nobody is given the message again.
//   - Any process may die at any instruction; nothing needs cleaning up.
//   - Nobody who lives is robbed. A member that is only stopped, or slow, keeps what it has, for as long as that takes. The others go on
//     meanwhile, but no further than a window from the oldest unfinished message (Options.Window), nor than the ring's capacity: the ring
//     keeps everything from that message on.
//   - When all members are gone the group's place stays. The next member goes on there, and is told exactly how many messages were
//     overwritten in between, unless it dies while it is told.
//   - A group file that is damaged or forged costs the group its messages, and nobody else anything: it decides who gets what,
//     never what memory is touched. The producer and other consumers do not look at it.
//
// On a ring with a stall deadline members are demoted like other lossless consumers (ring.ErrDemoted, once, in what Next returns).
// They go on, but what they keep is no longer kept for others.
//
// # How it works
//
// Beside the ring lies a group file with a table of W words. Message n has word n mod W, which says who has it, how often it was
// given out, and, by the round n / W, that it is about n and not n-W. A word changes by compare-and-swap alone:
//
//	take      n-W is finished        ->  n, has it: me, given out again: 0
//	finish    n, has it: me          ->  n, finished
//	bury      n, has it: a dead one  ->  n, handed back
//	inherit   n, handed back: k      ->  n, has it: me, given out again: k + 1
//
// There is no shared place to advance, and no lock that a stopped process could hold: one word is the whole truth about one message.
// The oldest unfinished message, which is the group's place, is not stored anywhere; it follows from the words.
//
// Each member is a lossless consumer of the ring. It reads all messages in order, takes those that are free and passes the others.
// It acknowledges only what is finished, so its gate keeps every unfinished message in the ring, whoever has it: any survivor can
// read it again.
//
// A member locks the byte of its slot in the group file, and the kernel drops the lock when it dies. Members that have nothing better
// to do, and those that see the oldest unfinished message stuck, ask for the lock of the one that has it. The word is loaded before the
// lock is probed and swapped after; who enters a dead member's slot takes the lock first, then hands back what the slot
// had, and a message taken again counts one up: so nobody takes from a successor what was its predecessor's.
//
// # What it costs
//
// Each member reads, and copies, every message, and members contend for the words. A group is for work that takes longer than
// that: micro-seconds and more. When messages come one by one, each wakes all members that sleep.
//
// # Reading the source
//
// word.go is the word, claims.go the table and all that changes it, layout.go the file. join.go and member.go are a member's life,
// next.go its way through the messages, wait.go what it does when there are none, lookaround.go what it does about finished ones and
// about the dead.
package ringgroup
