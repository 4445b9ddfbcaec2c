package mutants

// waiting are the traps of sleeping and waking.
var waiting = []Trap{
	{
		ID:   "H29",
		Harm: "A consumer sleeps beside a message until its time is up: its wish to be woken was cleared after others had been woken for it.",
		Mutants: []Mutant{{
			Without: "clearing before counting", File: "ring/producer.go", Test: "TestStepWaking", Tags: stepping,
			Old: "	p.heads.clearWaiting()\n	p.wakeAll()\n", New: "	p.wakeAll()\n	p.heads.clearWaiting()\n",
		}, {
			Without: "the event count", File: "ring/producer.go", Test: "TestStepWaking TestStepParking", Tags: stepping,
			Old: "	p.bumpWakes()\n", New: "",
		}, {
			Without: "the count read before the last look", File: "ring/await.go", Test: "TestStepParking", Tags: stepping,
			Old: "	futexWait(c.sleeper.word, count, atMost)", New: "	_ = count\n	futexWait(c.sleeper.word, c.sleeper.seen(), atMost)",
		}, {
			Without: "the look at waiting after the commit, in Flush", File: "ring/batch.go", Test: "TestStepWaking", Tags: stepping,
			Old: "	p.commit(b.first, b.held) // C1\n", New: "	if !p.heads.waiting() {\n		defer func(h []byte) { p.heads.mem = h }(p.heads.mem)\n		p.heads.mem = heapMemory(p.headsSize())\n	}\n	p.commit(b.first, b.held)\n",
		}, {
			Without: "the look at waiting after the commit, in Publish", File: "ring/producer.go", Test: "TestStepWaking", Tags: stepping,
			Old: "	records.commit(pos, commitWord(tag, n)) // C1\n", New: "	if !p.heads.waiting() {\n		defer func(h []byte) { p.heads.mem = h }(p.heads.mem)\n		p.heads.mem = heapMemory(p.headsSize())\n	}\n	records.commit(pos, commitWord(tag, n))\n",
		}},
		Model: []string{"clear before counting", "count before looking", "C4 count"},
	}, {
		ID:   "H30",
		Harm: "A lapped consumer finds a payload's zero where it expects a commit word, and sleeps beside a full ring.",
		Mutants: []Mutant{{
			Without: "asking reserved before sleeping", File: "ring/await.go", Test: "TestH30ParkLooksOnceMore",
			Old: "	return c.loadCommit(c.head) != 0 || c.lapped(c.reserved(), c.head) || c.closed() == c.head+1",
			New: "	return c.loadCommit(c.head) != 0 || c.closed() == c.head+1",
		}, {
			Without: "the last look altogether", File: "ring/await.go", Test: "TestStepParking", Tags: stepping,
			Old: "	if c.stirred() {\n		return nil\n	}\n	if ctx.Done", New: "	if ctx.Done",
		}},
		Model: []string{"W1 look at reserved", "W1 look again"},
	}, {
		ID:   "H31",
		Harm: "Each consumer sleeps on a word of its own, and the producer wakes one of them.",
		Mutants: []Mutant{{
			Without: "one word for all", File: "ring/await.go", Test: "TestStepWaking", Tags: stepping,
			Old: "	futexWait(c.sleeper.word, count, atMost)", New: "	_ = count\n	futexWait(word32(c.mem, dataOffset+c.head&c.mask), 0, atMost)",
		}},
	}, {
		ID:   "H32",
		Harm: "membarrier fences only processes that registered: a producer that did not is not fenced, and a consumer sleeps beside its message.",
		Mutants: []Mutant{{
			Without: "a fence of its own for who cannot register", File: "ring/calls.go", Test: "TestH32WithoutMembarrier",
			Old: "		c.special |= fenced\n", New: "",
		}, {
			Without: "a short sleep for who cannot fence the producer", File: "ring/await.go", Test: "TestH32WithoutMembarrier",
			Old: "	if !barrier() {\n		return time.Millisecond\n	}\n	return idleLook", New: "	barrier()\n	return idleLook",
		}, {
			Without: "registration", File: "ring/kernel_linux.go", Test: "TestH32Registered",
			Old: "unix.RawSyscall(unix.SYS_MEMBARRIER, membarrierRegisterGlobalExpedited, 0, 0)\n	return errno == 0", New: "0, 0, unix.Errno(0)\n	return errno == 0",
		}},
		Model: []string{"P registered for membarrier", "C registered for membarrier", "W1 membarrier"},
	}, {
		ID:   "H33",
		Harm: "The end of the stream is seen before its last message, which is lost.",
		Mutants: []Mutant{{
			Without: "an end that says where it is", File: "ring/fetch.go", Test: "TestH33EndIsNotBeforeTheLastMessage",
			Old: "if c.closed() == c.head+1 { // K1", New: "if c.closed() != 0 { // K1",
		}},
		Model: []string{"closed says where"},
	}, {
		ID:   "H34",
		Harm: "The producer dies right after its last message: the consumer finds it dead and gives up, with the message unread.",
		Mutants: []Mutant{{
			Without: "a last look before reporting", File: "ring/await.go", Test: "TestFoundNoProducerThoughLapped",
			Old: "if err == nil || c.stirred() {", New: "if err == nil {",
		}},
		Model: []string{"R8, a last look at the ring"},
	}, {
		ID:   "H35",
		Harm: "A producer sleeps for space that it has: the consumer moved its head before it saw that the producer asked.",
		Mutants: []Mutant{{
			Without: "a last scan before sleeping", File: "ring/extend.go", Test: "TestStepWaitingForSpace", Tags: stepping,
			Old: "	if p.allowed() < need {\n		futexWait", New: "	if true {\n		futexWait",
		}, {
			Without: "waking after the head moved", File: "ring/ack.go", Test: "TestH35SpaceIsAnswered TestStepGivingSpace", Tags: stepping,
			Old: "	c.freed()\n	if c.heads.state", New: "	if c.heads.state",
		}, {
			Without: "the head told before reporting empty", File: "ring/fetch.go", Test: "TestH35HeadIsTold",
			Old: "	if c.acked != c.published {", New: "	if false {",
		}},
		Model: []string{"W3 look again", "R4 wake", "publish before sleeping"},
	}, {
		ID:   "H36",
		Harm: "An interruption wakes the consumer just before it falls asleep: it sleeps on.",
		Mutants: []Mutant{{
			Without: "waking until it has noticed", File: "ring/await.go", Test: "TestStepInterrupt", Tags: stepping,
			Old: "	for atomic.LoadUint32(&c.sleeper.asleep) != 0 {", New: "	if atomic.LoadUint32(&c.sleeper.asleep) != 0 {",
		}},
	},
}
