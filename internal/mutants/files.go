package mutants

// files are the traps of files, locks and memory.
var files = []Trap{
	{
		ID:   "H37",
		Harm: "Whoever may write the heads file truncates it, and the producer dies of a fault inside Publish.",
		Mutants: []Mutant{{
			Without: "the signal handler", File: "mmapfile/fault_linux.go", Package: "ring", Test: "TestH37HeadsFileLost",
			Old: "	install()\n", New: "	_ = install\n",
		}, {
			Without: "a new heads file", File: "ring/faults.go", Test: "TestTruncatedTableIsToldFromAnEmptyOne",
			Old: "p.switchHeads(p.files.renewHeads(&p.geometry))", New: "_ = p.switchHeads",
		}},
	}, {
		ID:   "H38",
		Harm: "The heads file is made anew under living consumers: they gate in one that nobody looks at.",
		Mutants: []Mutant{{
			Without: "following the producer to its heads file", File: "ring/await.go", Test: "TestH38HeadsRecreatedUnderConsumers",
			Old: "		c.reattach()\n", New: "",
		}},
	}, {
		ID:   "H39",
		Harm: "A child's lock is its parent's own, because the descriptor was passed on: a living consumer counts as dead, or a dead one as living.",
		Mutants: []Mutant{{
			Without: "opening anew what was passed", File: "mmapfile/fd_linux.go", Package: "ring", Test: "TestH39ChildInheritsARing", Hangs: true,
			Old: "return open(descriptorPath(fd), access.flags(), 0)", New: "return unix.Dup(fd)",
		}},
	}, {
		ID:   "H40",
		Harm: "A forked child that keeps the mapping keeps the lock, for as long as it lives.",
		Mutants: []Mutant{{
			Without: "mappings kept out of forked children", File: "mmapfile/map_linux.go", Package: "ring", Test: "TestH40ForkWithoutExec",
			Old: "unix.Madvise(m.mem, unix.MADV_DONTFORK)", New: "error(nil)",
		}, {
			Without: "descriptors that close on exec", File: "mmapfile/fd_linux.go", Package: "ring", Test: "TestH40ChildrenKeepNoLock",
			Old: "flags|unix.O_CLOEXEC", New: "flags",
		}},
	}, {
		ID:   "H41",
		Harm: "Whoever may read the stream takes a read lock, and looks like a producer for ever.",
		Mutants: []Mutant{{
			Without: "a probe that sees writers only", File: "mmapfile/lock_linux.go", Package: "ring", Test: "TestH41ReadLockIsNoProducer",
			Old: "held, err = conflicts(fd, off, unix.F_RDLCK)", New: "held, err = conflicts(fd, off, unix.F_WRLCK)",
		}, {
			Without: "saying that a reader is in the way", File: "mmapfile/lock_linux.go", Package: "ring", Test: "TestH41ReadLockIsNoProducer",
			Old: "		return ErrReadLocked\n", New: "		return ErrLocked\n",
		}},
	}, {
		ID:   "H42",
		Harm: "Two producers at once: one has locked a file that has lost its name.",
		Mutants: []Mutant{{
			Without: "looking at the name after the lock", File: "ring/create.go", Test: "TestH42LockOnAnUnlinkedFile",
			Old: "	return f.stream.Check()\n", New: "	return nil\n",
		}},
	}, {
		ID:   "H43",
		Harm: "A ring is replaced, the maker dies between its two files, and they never fit each other again.",
		Mutants: []Mutant{{
			Without: "sweeping what the dead left", File: "ring/headsfile.go", Test: "TestH43ReplacingLeavesNothing",
			Old: "			os.Remove(other.Path)\n", New: "			_ = os.Remove\n",
		}, {
			Without: "the ring's number in the name of its heads file", File: "internal/beside/beside.go", Package: "ring", Test: "TestH43ReplacingLeavesNothing",
			Old: `fmt.Sprintf("%s.%016x%s", path, ringID, headsSuffix)`, New: `fmt.Sprintf("%s%s", path, headsSuffix)`,
		}},
	}, {
		ID:   "H44",
		Harm: "Who was handed an anonymous ring cuts it off, writes it, or seals it against those who come later.",
		Mutants: []Mutant{{
			Without: "the seal on writing", File: "ring/anonymous.go", Test: "TestH44AnonymousRingIsSealed",
			Old: "size|mmapfile.SealFutureWrite", New: "size",
		}, {
			Without: "the seal on shrinking", File: "ring/anonymous.go", Test: "TestH44AnonymousRingIsSealed",
			Old: "const size = mmapfile.SealShrink | ", New: "const size = ",
		}, {
			Without: "the seal on seals", File: "ring/anonymous.go", Test: "TestH44AnonymousRingIsSealed",
			Old: "mmapfile.SealGrow | mmapfile.SealSeal", New: "mmapfile.SealGrow",
		}, {
			Without: "no look for the name of what has none", File: "mmapfile/identity_linux.go", Package: "ring", Test: "TestH44AnonymousRingIsSealed",
			Old: "	if name == \"\" {\n		return nil\n	}\n", New: "",
		}},
	}, {
		ID:   "H45",
		Harm: "A fault of somebody else's memory, or a panic of the user's, is taken for a truncated ring; or a position from the file faults for its alignment (arm64).",
		Mutants: []Mutant{{
			Without: "looking where the fault was", File: "mmapfile/fault_linux_amd64.s", Test: "TestLosingOneMappingLosesNoOther TestOtherFaultsAreGosOwn",
			Old: "	JCS	found", New: "	JMP	found",
		}, {
			Without: "looking whether a process sent the signal", File: "mmapfile/fault_linux_amd64.s", Test: "TestChildSentSIGBUS", Hangs: true,
			Old: "	JLE	pass", New: "	NOP",
		}, {
			Without: "telling that a batch was lost", File: "ring/faults.go", Test: "TestFoundBatchLostByTruncation",
			Old: "	if p.faulted() {\n		err", New: "	if false {\n		err",
		}, {
			Without: "telling that a batch was lost, at the end", File: "ring/close.go", Test: "TestFoundBatchLostByTruncation",
			Old: "	err = p.files.streamLost()\n", New: "",
		}, {
			Without: "looking before what was copied is believed", File: "ring/fetch.go", Test: "TestNothingOfALostStreamIsDelivered",
			Old: "	if c.faulted() {\n", New: "	if false {\n",
		}, {
			Without: "looking before the one message waited for is believed", File: "ring/fetch.go", Test: "TestNothingOfALostStreamIsDelivered",
			Old: "seq != c.seq || c.faulted() {", New: "seq != c.seq {",
		}, {
			Without: "the check of the alignment", File: "ring/walk.go", Test: "TestH8EveryStepOfAWalkIsChecked",
			Old: "	if p%s.align != 0 {\n", New: "	if false {\n",
		}},
	}, {
		ID:   "H46",
		Harm: "A capacity that is no multiple of the page size cannot be mapped twice.",
		Mutants: []Mutant{{
			Without: "the check of the page size", File: "mmapfile/map_linux.go", Test: "TestMapTwiceSizes",
			Old: "header%page != 0 || data%page != 0", New: "false",
		}, {
			Without: "rounding up to a power of two", File: "ring/options.go", Test: "TestH46CapacityFitsPages",
			Old: "rounded := uint64(1) << bits.Len64(uint64(max(capacity, minCapacity, os.Getpagesize())-1))", New: "rounded := uint64(max(capacity, minCapacity, os.Getpagesize()))",
		}},
	}, {
		ID:   "H47",
		Harm: "The filesystem is full when a page is first written: the producer dies of a fault in the midst of a message.",
		Mutants: []Mutant{{
			Without: "reserving blocks", File: "mmapfile/space_linux.go", Test: "TestCreateReservesBlocks TestCreateOnFullFilesystem",
			Old: "unix.Fallocate(fd, 0, off, min(step, size-off))", New: "unix.Ftruncate(fd, size)",
		}},
	},
}

// Traps are all of them.
var Traps = append(append(append(reserved[:len(reserved):len(reserved)], places...), waiting...), files...)
