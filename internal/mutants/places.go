package mutants

// places are the traps of anchors, numbers and gates: where somebody starts, and who is waited for.
var places = []Trap{
	{
		ID:   "H13",
		Harm: "An anchor names a message of a batch that is not flushed: a joiner delivers it, or starts inside whatever is written there instead.",
		Mutants: []Mutant{{
			Without: "anchors after the commit", File: "ring/batch.go", Test: "TestH13NothingNamesWhatIsNotCommitted TestStepNamesCommitted", Tags: stepping,
			Old: "b.anchors = append(b.anchors, p.pos)", New: "p.storeAnchor(p.pos)",
		}},
		Model: []string{"C2 after C1"},
	}, {
		ID:   "H14",
		Harm: "last names a message before it is there: whoever follows it believes the last lap's bytes.",
		Mutants: []Mutant{{
			Without: "last after the commit, in Flush", File: "ring/batch.go", Test: "TestStepNamesCommitted", Tags: stepping,
			Old: "p.commit(b.first, b.held) // C1\n", New: "p.storeLast(b.newest, p.pos)\n	p.commit(b.first, b.held)\n",
		}, {
			Without: "last after the commit, in Publish", File: "ring/producer.go", Test: "TestStepNamesCommitted", Tags: stepping,
			Old: "	records.commit(pos, commitWord(tag, n)) // C1\n", New: "	p.storeLast(pos, end)\n	records.commit(pos, commitWord(tag, n))\n",
		}},
		Model: []string{"C3 after C1", "C3 release"},
	}, {
		ID:   "H15",
		Harm: "A restarted producer guesses the next number: every count of losses and every named place is wrong from then on.",
		Mutants: []Mutant{{
			Without: "walking from the newest message", File: "ring/start.go", Test: "TestH2RestartBelievesNoGrant TestStepProducerDies", Tags: stepping,
			Old: "at := p.last()", New: "at := p.tail()",
		}},
	}, {
		ID:   "H16",
		Harm: "Lapped, and then the stream ends: no next message says how many were lost.",
		Mutants: []Mutant{{
			Without: "the end, found from the newest message", File: "ring/walk.go", Test: "TestH16LossIsExactWithoutANextMessage TestStartsWhereAsked",
			Old: "return s.walk(s.last(), toEnd)", New: "return s.walk(s.tail(), toEnd)",
		}},
	}, {
		ID:   "H17",
		Harm: "A consumer resumes at a position that anybody could write into the heads file: inside a message, which it then reads as messages.",
		Mutants: []Mutant{{
			Without: "resuming by number", File: "ring/join.go", Test: "TestH17ResumesBySequenceNotByHead",
			Old: "	c.moveTo(at, lost)\n	c.settle(lossless, held)\n", New: "	if from.kind == startSeq && c.entry != unlisted {\n		at.pos = c.heads.headOf(c.entry)\n	}\n	c.moveTo(at, lost)\n	c.settle(lossless, held)\n",
		}},
	}, {
		ID:   "H18",
		Harm: "Killed between two stores, a consumer's successor skips what was not acknowledged, or waits for a message that will never have that number.",
		Mutants: []Mutant{{
			Without: "the number before the head", File: "ring/ack.go", Test: "TestStepNumberBeforeHead", Tags: stepping,
			Old: "	c.heads.setNextSeq(c.entry, c.acked.seq)\n	c.heads.setHead(c.entry, c.acked.pos)\n", New: "	c.heads.setHead(c.entry, c.acked.pos)\n	c.heads.setNextSeq(c.entry, c.acked.seq)\n",
		}, {
			Without: "an error for a number beyond the end", File: "ring/seek.go", Test: "TestH18ResumeCountsExactly",
			Old: "err == nil && at.seq < from.n {", New: "err == nil && false {",
		}},
	}, {
		ID:   "H19",
		Harm: "The producer lifts the gate of a consumer that is gone, and hits its successor in the same entry, which then loses messages untold.",
		Mutants: []Mutant{{
			Without: "an epoch for each owner", File: "ring/layout.go", Test: "TestH19SuccessorIsNeverHit TestStepSucceeded", Tags: stepping,
			Old: "return (s>>8+1)<<8 | uint64(m)", New: "return s&^0xff | uint64(m)",
		}},
		Model: []string{"park by compare-and-swap"},
	}, {
		ID:   "H20",
		Harm: "The lock of a dead owner is probed, then its successor's state is changed.",
		Mutants: []Mutant{{
			Without: "the state loaded before the probe", File: "ring/extend.go", Test: "TestH19SuccessorIsNeverHit",
			Old: "err == nil && !alive {\n", New: "err == nil && !alive {\n			s = p.heads.state(i)\n",
		}, {
			Without: "the lock before the state", File: "ring/enlist.go", Test: "TestStepOwners", Tags: stepping,
			Old: "		if c.files.headsLocks.Lock(int64(i)) != nil {\n			continue\n		}\n		if c.forAnyone(i) {\n", New: "		if c.forAnyone(i) {\n",
		}},
		Model: []string{"probe after load", "lock before state"},
	}, {
		ID:   "H21",
		Harm: "A gate is set before its head: the producer pairs it with the last owner's higher head, and grants too far.",
		Mutants: []Mutant{{
			Without: "the pin before the state", File: "ring/join.go", Test: "TestStepPinBeforeState", Tags: stepping,
			Old: "		c.heads.pinHead(c.entry, at)\n		if !joining {", New: "		defer c.heads.pinHead(c.entry, at)\n		if !joining {",
		}, {
			Without: "the second look at intent", File: "ring/join.go", Test: "TestStepGoing TestStepGoingIsNotOutrun", Tags: stepping,
			Old: "		fullFence()\n		if c.intent()-at <= c.capacity {", New: "		if true {",
		}, {
			Without: "the announcement before the scan", File: "ring/extend.go", Test: "TestStepScanned", Tags: stepping,
			Old: "		p.announce(t) // E1\n", New: "		defer p.announce(t)\n",
		}, {
			Without: "a look at the last of eight entries", File: "ring/protocol.go", Test: "TestEveryEntryGates",
			Old: "|\n		loadAcquire64(states.word64(48))|loadAcquire64(states.word64(56))", New: "|\n		loadAcquire64(states.word64(48))",
		}},
		Model: []string{"J1, the second look", "E1 before E2", "joining gates"},
	}, {
		ID:   "H22",
		Harm: "A consumer that lies in the heads file, or flips its entry in a loop, stops the producer for longer than the stall deadline.",
		Mutants: []Mutant{{
			Without: "no gate for an entry that never passed a join", File: "ring/extend.go", Test: "TestH22LyingEntries",
			Old: "!p.lapped(p.granted, h) && h < floor", New: "h < floor",
		}, {
			Without: "ignoring who was demoted, whether or not it agreed", File: "ring/extend.go", Test: "TestH22EpochFlippedInALoop",
			Old: "	p.stall.ignored[i] = true\n", New: "",
		}},
	}, {
		ID:   "H23",
		Harm: "The time for which the producer itself was stopped counts as its consumers' stall: healthy ones are demoted.",
		Mutants: []Mutant{{
			Without: "counting a gap as one look at most", File: "ring/extend.go", Test: "TestH23OwnStopIsNotCounted",
			Old: "gap = min(now.Sub(s.lastLook), lookInterval)", New: "gap = now.Sub(s.lastLook)",
		}},
	}, {
		ID:   "H24",
		Harm: "Close unmaps the memory under a call on another goroutine, or gives its entry to somebody else.",
		Mutants: []Mutant{{
			Without: "waiting for the call in progress", File: "ring/calls.go", Test: "TestH24CloseWaits",
			Old: "for atomic.LoadUint32(&c.busy) != 0 {", New: "for false {",
		}, {
			Without: "a call left only when its fault is dealt with", File: "ring/faults.go", Test: "TestFoundCloseAmidAFault",
			Old: "	if p.faulted() {\n		err", New: "	p.release()\n	if p.faulted() {\n		err",
		}, {
			Without: "Publish refused after Close", File: "ring/producer.go", Test: "TestH24ClosedHandlesSaySo",
			Old: "if p.isSpecial() || end", New: "if end",
		}, {
			Without: "Append refused after Close", File: "ring/batch.go", Test: "TestH24ClosedHandlesSaySo",
			Old: "if p.isSpecial() || end", New: "if end",
		}, {
			Without: "a refused Append that changes nothing", File: "ring/batch.go", Test: "TestH24RefusedCallsChangeNothing",
			Old: "if !p.isSpecial() && b.held", New: "if b.held",
		}, {
			Without: "Claim refused after Close", File: "ring/claim.go", Test: "TestH24ClosedHandlesSaySo",
			Old: "p.isSpecial() || p.pos", New: "p.pos",
		}, {
			Without: "other calls refused after Close", File: "ring/calls.go", Test: "TestH24ClosedHandlesSaySo",
			Old: "	if c.isClosing() {\n", New: "	if false {\n",
		}},
		Model: []string{"waiting for the call", "the membarrier", "enter says busy"},
	}, {
		ID:   "H25",
		Harm: "A consumer looks at bytes in place while its gate is gone: they change under its eyes, and nobody says so.",
		Mutants: []Mutant{{
			Without: "the check after the callback", File: "ring/view.go", Test: "TestH25OverwrittenView",
			Old: "if !c.intact(c.head) {", New: "if false {",
		}, {
			Without: "no views where demotion is possible", File: "ring/view.go", Test: "TestH25View",
			Old: "if !c.count.isLossless() || c.deadline > 0 {", New: "if !c.count.isLossless() {",
		}, {
			Without: "no view after a lost gate", File: "ring/view.go", Test: "TestFoundViewAfterDemotion",
			Old: "return c.gating && c.heads.state(c.entry) == c.state", New: "return c.gating",
		}, {
			Without: "no view after a gate that went in the middle", File: "ring/view.go", Test: "TestFoundViewBehindALostGate",
			Old: "n < limit && c.holdsGate()", New: "n < limit",
		}},
	}, {
		ID:   "H26",
		Harm: "Two consumers of one name run at once, and each takes the other's place for its own.",
		Mutants: []Mutant{{
			Without: "the lock of a name", File: "ring/enlist.go", Test: "TestStepNamesakes", Tags: stepping,
			Old: "err := c.files.headsLocks.Lock(nameByte(c.options.Name))", New: "var err error",
		}},
	}, {
		ID:   "H27",
		Harm: "A lossless consumer that joins beside a fast producer searches, is too late, and searches again without end.",
		Mutants: []Mutant{{
			Without: "a pin before the search", File: "ring/join.go", Test: "TestStepGoing", Tags: stepping,
			Old: "	if lossless && !held {\n", New: "	if false {\n",
		}, {
			Without: "at latest, a second try further on", File: "ring/join.go", Test: "TestFoundPinLatestOnADamagedStream", Hangs: true,
			Old: "at, latest = c.last(), false", New: "at = c.last()",
		}},
		Model: []string{"J1, the second look", "nowhere below the pin"},
	}, {
		ID:   "H28",
		Harm: "Seek backwards lowers a gate that the producer has already passed.",
		Mutants: []Mutant{{
			Without: "the pin of a Seek", File: "ring/seek.go", Test: "TestStepGoing", Tags: stepping,
			Old: "c.seek(to, c.lower())", New: "c.seek(to, 0)",
		}, {
			Without: "the second look at intent", File: "ring/seek.go", Test: "TestStepGoing TestStepGoingIsNotOutrun", Tags: stepping,
			Old: "if c.intent()-at <= c.capacity {", New: "if true {",
		}},
		Model: []string{"seek pins"},
	},
}
