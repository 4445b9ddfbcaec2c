package mutants

// reserved are the traps of what may be overwritten, and of records and batches.
var reserved = []Trap{
	{
		ID:   "H1",
		Harm: "A lossless consumer of a full ring takes the producer's announcement for a lap, and skips messages that nobody overwrote.",
		Mutants: []Mutant{{
			Without: "intent apart from reserved", File: "ring/extend.go", Test: "TestH1FullRingIsNoLap",
			Old: "p.announce(t) // E1", New: "p.announce(t); p.grant(t)",
		}},
		Model: []string{"intent apart from reserved"},
	}, {
		ID:   "H2",
		Harm: "A producer that takes over writes at once what its predecessor had only announced, under a consumer that is still reading there.",
		Mutants: []Mutant{{
			Without: "granting itself nothing at the start", File: "ring/start.go", Test: "TestH2RestartBelievesNoGrant",
			Old: "	p.flushAnchors()\n", New: "	p.flushAnchors()\n	p.limit = p.intent()\n",
		}},
	}, {
		ID:   "H3",
		Harm: "A named consumer that restarts while the ring is full is told of losses that did not happen; or an unfinished join is taken for a gate.",
		Mutants: []Mutant{{
			Without: "taking over a gate that holds", File: "ring/join.go", Test: "TestH3TakeOverOfAFullRing TestStepConsumerDies", Tags: stepping,
			Old: "c.options.Lossless, r.gated)", New: "c.options.Lossless, false)",
		}, {
			Without: "leaving a gate where it is that is above the place", File: "ring/join.go", Test: "TestStepTakeOverBelowItsGate", Tags: stepping,
			Old: "(lost > 0 || at.pos < c.heads.headOf(c.entry))", New: "lost > 0",
		}, {
			Without: "taking back what was announced", File: "ring/extend.go", Test: "TestFoundFullRingLosesNothing",
			Old: "			p.intends = p.granted\n			p.retract(p.intends) // E4", New: "			// E4",
		}, {
			Without: "a pin in the place of a gate that was passed", File: "ring/join.go", Test: "TestStepPassedGateIsPinnedAnew", Tags: stepping,
			Old: "	return false, c.pin(false)\n", New: "	return true, 0\n",
		}, {
			Without: "only a completed join is taken over", File: "ring/enlist.go", Test: "TestH3UnfinishedJoinIsNotTakenOver",
			Old: "stateMode(s) == modeGating {", New: "stateMode(s).gates() {",
		}},
		Model: []string{"only a completed join is taken over", "take over by compare-and-swap"},
	}, {
		ID:   "H4",
		Harm: "While a large message is written the newest one is unreadable: Latest has no answer, a late joiner no boundary, a restart no number to go on with.",
		Mutants: []Mutant{{
			Without: "the bound on a flush", File: "ring/geometry.go", Test: "TestH4NewestMessageIsAlwaysReadable",
			Old: "min((capacity-g.segment-align)/2, maxFlush)", New: "min(capacity-g.segment-align, maxFlush)",
		}},
		Model: []string{"bound on a flush"},
	}, {
		ID:   "H5",
		Harm: "A batch outgrows the ring: the producer waits for a consumer that waits for the batch.",
		Mutants: []Mutant{{
			Without: "the bound on a batch", File: "ring/producer.go", Test: "TestH5BatchNeverWaitsForItself",
			Old: "p.pos+size-p.batch.first > p.flushMax", New: "p.pos+size-p.batch.first > p.capacity",
		}, {
			Without: "flushing before a wait", File: "ring/extend.go", Test: "TestH5BatchIsFlushedBeforeGivingUp",
			Old: "p.flush() // they may", New: "// they may",
		}},
		Model: []string{"bound on a batch"},
	}, {
		ID:   "H6",
		Harm: "A copy of a megabyte uses stores that overtake the grant: a reader gets the new bytes, sees the old grant, and believes a torn message (amd64).",
		Mutants: []Mutant{{
			Without: "the full fence of a grant", File: "ring/protocol.go", Test: "TestFences", Source: true,
			Old: "storeFence64(word64(s.mem, s.grantLine()+8), reserved)", New: "storeRelease64(word64(s.mem, s.grantLine()+8), reserved)",
		}, {
			Without: "a place for each piece of a large copy", File: "ring/copy.go", Test: "TestPayloadsInPieces",
			Old: "dst, src = dst[piece:], src[piece:]", New: "src = src[piece:]",
		}},
		Model: []string{"E3 before non-temporal stores"},
	}, {
		ID:   "H7",
		Harm: "On arm64 a release store does not hold back later plain stores, nor an acquire load earlier plain loads: torn messages are believed.",
		Mutants: []Mutant{{
			Without: "DMB ISH behind a grant", File: "ring/order_arm64.s", Test: "TestFences", Source: true, Old: "	DMB	$0xb", New: "	DMB	$0xa",
		}, {
			Without: "DMB ISHLD before the check", File: "ring/order_arm64.s", Test: "TestFences", Source: true, Old: "	DMB	$0x9	// ISHLD\n", New: "",
		}, {
			Without: "the fence of a store", File: "ring/order_arm64.go", Test: "TestFences", Source: true,
			Old: "atomic.StoreUint64(p, v); fullFence() }", New: "atomic.StoreUint64(p, v) }",
		}, {
			Without: "the fence of a check", File: "ring/protocol.go", Test: "TestFences", Source: true,
			Old: "	loadFence()\n	return !s.lapped", New: "	return !s.lapped",
		}},
		Model: []string{"LL before R3", "E3 before plain stores"},
	}, {
		ID:   "H8",
		Harm: "A walk follows a length read from an overwritten record, and starts somewhere inside a message that imitates records.",
		Mutants: []Mutant{{
			Without: "the check of each step", File: "ring/walk.go", Test: "TestH8EveryStepOfAWalkIsChecked",
			Old: "case !s.intact(p):\n\t\treturn record{}, errLapped", New: "case false:",
		}},
		Model: []string{"each step checked", "L3", "LL in a walk"},
	}, {
		ID:   "H9",
		Harm: "A file cut off and grown again is all zeros and looks like a stream at rest: everybody waits for ever.",
		Mutants: []Mutant{{
			Without: "the unsigned difference", File: "ring/geometry.go", Test: "TestH9Lapped",
			Old: "return reserved-p > g.capacity", New: "return reserved > p+g.capacity",
		}, {
			Without: "looking whether counters and records fit", File: "ring/await.go", Test: "TestFoundZeroed",
			Old: "if c.zeroed() {", New: "if false {",
		}, {
			Without: "looking whether the identity is still there", File: "ring/await.go", Test: "TestIdentityIsReadAgain",
			Old: "c.magic() != streamMagic || c.ringID() != c.files.ringID", New: "false",
		}},
	}, {
		ID:   "H10",
		Harm: "A lapped consumer lands on the oldest message and is lapped again at once, for ever.",
		Mutants: []Mutant{{
			Without: "room to spare after a lap", File: "ring/fetch.go", Test: "TestH10LandsWithRoom",
			Old: "c.oldest(0, c.landing.room(c.seq, c.capacity))", New: "c.oldest(0, 0)",
		}, {
			Without: "more room after each lap that brought nothing", File: "ring/fetch.go", Test: "TestFoundLandsFartherWhenLappedAtOnce",
			Old: "min(2*l.spare, capacity)", New: "l.spare",
		}},
	}, {
		ID:   "H11",
		Harm: "Lengths of overwritten messages, read before they are believed, lead out of the mapping; or part of a run is delivered.",
		Mutants: []Mutant{{
			Without: "the clamp of a length", File: "ring/fetch.go", Test: "TestH11RunOfOverwrittenRecords TestScrambledRings",
			Old: "step := c.size(min(length(w), c.maxPayload()))", New: "step := c.size(length(w))",
		}, {
			Without: "lengths, not positions, to tell where a run ends", File: "ring/fetch.go", Test: "TestFoundRunAcrossTheLastPosition TestLiesStayInside",
			Old: "long+step > most {", New: "c.head+long+step > c.head+most {",
		}, {
			Without: "the header as it was copied", File: "ring/fetch.go", Test: "TestStepLengthThatChanges", Tags: stepping,
			Old: "first == w && c.follows(w, seq)", New: "c.follows(w, seq|first&0)",
		}, {
			Without: "the bound of a message in a run", File: "ring/consumer.go", Test: "TestStepLengthThatChanges", Tags: stepping,
			Old: "end <= uint64(len(run)) && seq == r.next", New: "seq == r.next",
		}, {
			Without: "the sequence numbers in a run", File: "ring/consumer.go", Test: "TestFoundWholeBeforeDamaged",
			Old: "&& seq == r.next {", New: "{",
		}, {
			Without: "counting a run to its end", File: "ring/tell.go", Test: "TestStepNumbersUnderALie", Tags: stepping,
			Old: "!c.run.exhausted() || c.run.next != c.seq", New: "!c.run.exhausted()",
		}, {
			Without: "the check of a run", File: "ring/fetch.go", Test: "TestH11RunOfOverwrittenRecords TestStepLapped", Tags: stepping,
			Old: "	if !c.intact(c.head) {\n		return c.relocate()\n	}\n	if c.faulted() {", New: "	if c.faulted() {",
		}},
		Model: []string{"R3, the lap check"},
	}, {
		ID:   "H12",
		Harm: "After an aborted batch or claim a zero is believed that was overwritten: a message is delivered that nobody sent.",
		Mutants: []Mutant{{
			Without: "a zero behind what was a claim", File: "ring/producer.go", Test: "TestH12ClaimLeavesNothingBehind",
			Old: "	records.plant(end, 0) // P2", New: "	// P2",
		}, {
			Without: "a zero behind a batch", File: "ring/batch.go", Test: "TestH12BatchLeavesNothingBehind",
			Old: "	p.plant(p.pos, 0) // P2\n", New: "",
		}, {
			Without: "a zero behind a message", File: "ring/producer.go", Test: "TestStepProducerDies TestPayloadsThatImitateRecordsAreOnlyPayload", Tags: stepping,
			Old: "	records.plant(end, 0) // P2", New: "	// P2",
		}},
		Model: []string{"P2 over a claim, whatever lies there", "P2 over a dropped batch", "P2 over what a dead producer left"},
	},
}
