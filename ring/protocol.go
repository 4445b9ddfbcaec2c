package ring

// Every access to memory that two processes share is one of the verbs in this file; producer and consumer speak only
// in them. Each verb carries its edge. An edge pairs a store with the load that relies on it; docs/protocol.md argues
// each one, and a test checks that every edge has both ends.
//
//	edge  store side                           load side        what it gives
//	R1    commit                               loadCommit       a committed record is whole
//	R3    grant                                reserved         a copy that was overwritten is noticed
//	E2    announce, setHead, pinHead           intent, headOf   scan and join: one of the two sees the other
//	L1    storeLast, storeAnchor               last, anchor     they name committed records only
//	W1    setWaiting, clearWaiting, bumpWakes  waiting, wakes   a sleeper is woken, or sees the commit
//	S1    setSpace, clearSpace                 spaceWanted      a waiting producer is woken, or sees the head
//	K1    storeClosed                          closed           the end of the stream comes after its last record
//	Q1    swapState                            state            nobody acts on an entry's next owner
//
// Comments elsewhere also number the steps that are not edges (P2, C1 to C4, E1, E3, E4, R2, R4, J1); docs/protocol.md lists them.

// stream is the stream file's memory: the header, then the data twice in a row.
type stream struct {
	geometry
	mem    []byte // header and data, then the data again
	header memory // mem, for the hot paths
	newest memory // the line of last and tail
	records
}

func newStream(mem []byte, g geometry) stream {
	mem = mem[:dataOffset+2*g.capacity]
	header := memoryOf(mem)
	return stream{g, mem, header, header.from(g.lastLine()), newRecords(mem[dataOffset:], g.capacity)}
}

// forget is for when it is unmapped.
func (s *stream) forget() { s.mem, s.header, s.newest, s.records = nil, memory{}, memory{}, records{} }

// records finds the words of records by their positions. A loop over many keeps a copy of its own, in registers.
type records struct {
	data  memory // of the stream
	words uint64 // C-1, rounded down to a multiple of 8
}

func newRecords(data []byte, capacity uint64) records { return records{memoryOf(data), capacity - 8} }

// at is the record at p, or what is at p where a lie led to: rounded down to a multiple of 8, it lies inside. If the record goes round the
// end, what is behind its first word lies in the second mapping.
func (r records) at(p uint64) memory { return r.data.from(p & r.words) }

// word and seqWord are its first two words.
func (r records) word(p uint64) *uint64    { return r.at(p).word64(0) }
func (r records) seqWord(p uint64) *uint64 { return r.at(p).word64(8) }

// --- records ---

// commit makes the record at p, and everything linked behind it, exist. Edge R1, release: pairs with loadCommit;
// header, payload, the words planted behind it and, in a batch, all later records come before it.
func (r records) commit(p, word uint64) { storeRelease64(r.word(p), word) }

// loadCommit reads the commit word at p. Edge R1, acquire: pairs with commit.
func (r records) loadCommit(p uint64) uint64 { return loadAcquire64(r.word(p)) }

// prefetch asks for the cache line at p, which may change at any time: nothing is read.
func (r records) prefetch(p uint64) { prefetchLine(r.word(p)) }

// plant stores a commit word that no consumer reaches yet: the zero behind a record, or a record in a batch whose
// first commit word is still held back. It may be plain: commit orders it.
func (r records) plant(p, word uint64) { storePlain64(r.word(p), word) }

// storeSeq may be plain: commit orders it.
func (r records) storeSeq(p, seq uint64) { storePlain64(r.seqWord(p), seq) }

// loadSeq is believed only after a check against reserved, like the payload: edge R3.
func (r records) loadSeq(p uint64) uint64 { return loadAcquire64(r.seqWord(p)) }

// payload is the place of n payload bytes of the record at p: at most maxPayload, whatever a length field said, and in one piece, because
// the second mapping follows the first.
func (r records) payload(p, n uint64) []byte { return r.at(p).bytes(headerSize, n) }

// bytes are those of the records from p on, in one piece: n of them, at most C.
func (r records) bytes(p, n uint64) []byte { return r.at(p).bytes(0, n) }

// --- what may be overwritten ---

// announce stores intent before the producer looks at the gating heads. Edge E2, full fence: pairs with intent.
func (s *stream) announce(intent uint64) { storeFence64(word64(s.mem, s.grantLine()), intent) }

// retract stores intent when nothing above it was granted or will be without a new announcement.
func (s *stream) retract(intent uint64) { storeRelease64(word64(s.mem, s.grantLine()), intent) }

// intent is loaded by joining consumers after they stored their pin. Edge E2: pairs with announce.
func (s *stream) intent() uint64 { return loadAcquire64(word64(s.mem, s.grantLine())) }

// grant stores reserved before the first byte it frees is overwritten. Edge R3, full fence, which on amd64 also holds
// non-temporal stores back: pairs with reserved.
func (s *stream) grant(reserved uint64) { storeFence64(word64(s.mem, s.grantLine()+8), reserved) }

// reserved says what may be overwritten. Edge R3, acquire, after loadFence where something was copied: pairs with grant.
func (s *stream) reserved() uint64 { return loadAcquire64(s.header.word64(s.grantLine() + 8)) }

// intact reports whether everything loaded so far of the record at p was that record's. Edge R3.
func (s *stream) intact(p uint64) bool {
	loadFence()
	return !s.lapped(s.reserved(), p)
}

// --- where to start reading ---

// storeLast names the newest record, and where it ends, after commit. Edge L1, release: pairs with last.
func (s *stream) storeLast(p, tail uint64) {
	storeRelease64(s.newest.word64(0), p)
	storeRelease64(s.newest.word64(8), tail)
}

// last is the position of the newest record, or of the first ever if there is none. Edge L1, acquire: pairs with storeLast.
func (s *stream) last() uint64 { return loadAcquire64(word64(s.mem, s.lastLine())) }

// tail is for display.
func (s *stream) tail() uint64 { return loadAcquire64(word64(s.mem, s.lastLine()+8)) }

// storeAnchor names the first record that starts in its segment, after commit. Edge L1, release: pairs with anchor.
func (s *stream) storeAnchor(p uint64) { storeRelease64(s.anchorWord(p/s.segment%segments), p) }

// anchor is the first record that starts in segment i of the data, if it is still there. Edge L1, acquire: pairs with storeAnchor.
func (s *stream) anchor(i uint64) uint64 { return loadAcquire64(s.anchorWord(i)) }

func (s *stream) anchorWord(i uint64) *uint64 { return word64(s.mem, s.anchorLine()+8*i) }

// --- the end, and waking ---

// wakes is the event count that sleeping consumers sleep on. Edge W1.
func (s *stream) wakes() *uint32 { return word32(s.mem, s.wakeLine()) }

// bumpWakes changes the event count, so that whoever read it before does not go to sleep. Edge W1, release.
func (s *stream) bumpWakes() { storeRelease32(s.wakes(), *s.wakes()+1) }

// storeClosed stores the end position + 1, or 0 while the stream is open. Edge K1, release, after the last commit: pairs with closed.
func (s *stream) storeClosed(v uint64) { storeRelease64(word64(s.mem, s.wakeLine()+8), v) }

// closed is the end position + 1, or 0. Edge K1, acquire: pairs with storeClosed.
func (s *stream) closed() uint64 { return loadAcquire64(word64(s.mem, s.wakeLine()+8)) }

func (s *stream) storeHeadsID(id uint64) { storeRelease64(word64(s.mem, s.wakeLine()+16), id) }

// headsID tells which heads file the producer looks at.
func (s *stream) headsID() uint64 { return loadAcquire64(word64(s.mem, s.wakeLine()+16)) }

// magic and ringID are read again now and then, to notice a file that was zeroed or rewritten in place.
func (s *stream) magic() uint64  { return loadAcquire64(word64(s.mem, 0)) }
func (s *stream) ringID() uint64 { return loadAcquire64(word64(s.mem, 0x10)) }

// status is written by the producer alone, word by word; tools read it word by word.
func (s *stream) status() *status { return overlay[status](s.mem[s.wakeLine()+24:]) }

// add adds to one of the producer's own counters. A single writer needs no read-modify-write.
func add(counter *uint64, n uint64) { storeRelease64(counter, *counter+n) }

// load reads one of the producer's counters, for display.
func load(counter *uint64) uint64 { return loadAcquire64(counter) }

// heads is the heads file's memory. Anyone who may write it may have written anything: what it says changes who is waited
// for, never what memory is touched.
type heads struct {
	geometry
	mem []byte
}

// --- the consumer table ---

// state of entry i. Edge Q1, acquire: pairs with swapState.
func (h *heads) state(i int) uint64 { return loadAcquire64(h.stateWord(i)) }

// free reports whether the eight entries from i on, a multiple of 8, are free: most are, and the producer looks at all. Edge Q1, acquire.
func (h *heads) free(i int) bool {
	states := memoryOf(h.mem[h.states()+8*uint64(i):][:64])
	return stateMode(loadAcquire64(states.word64(0))|loadAcquire64(states.word64(8))|
		loadAcquire64(states.word64(16))|loadAcquire64(states.word64(24))|
		loadAcquire64(states.word64(32))|loadAcquire64(states.word64(40))|
		loadAcquire64(states.word64(48))|loadAcquire64(states.word64(56))) == modeFree
}

// swapState changes entry i only if it still is what the caller saw. Edge Q1, acquire and release: pairs with state.
func (h *heads) swapState(i int, old, new uint64) bool {
	return swapIf64(h.stateWord(i), old, new)
}

func (h *heads) stateWord(i int) *uint64 { return word64(h.mem, h.states()+8*uint64(i)) }

// setHead moves a consumer's head. Edge E2, release: everything it has read comes before; pairs with headOf.
func (h *heads) setHead(i int, p uint64) { storeRelease64(word64(h.mem, h.entry(i)), p) }

// pinHead is setHead before later loads too: a join stores its pin, then looks at intent. Edge E2: pairs with headOf.
func (h *heads) pinHead(i int, p uint64) { storeFence64(word64(h.mem, h.entry(i)), p) }

// headOf is a gate, never a record boundary. Edge E2, acquire: pairs with setHead.
func (h *heads) headOf(i int) uint64 { return loadAcquire64(word64(h.mem, h.entry(i))) }

// setNextSeq is the one truth for resuming by name. It is stored before the head that frees the message.
func (h *heads) setNextSeq(i int, seq uint64) { storeRelease64(word64(h.mem, h.entry(i)+8), seq) }
func (h *heads) nextSeqOf(i int) uint64       { return loadAcquire64(word64(h.mem, h.entry(i)+8)) }

// setCounts stores lost and delivered, which are for display only.
func (h *heads) setCounts(i int, lost, delivered uint64) {
	storeRelease64(word64(h.mem, h.entry(i)+16), lost)
	storeRelease64(word64(h.mem, h.entry(i)+24), delivered)
}

func (h *heads) countsOf(i int) (lost, delivered uint64) {
	return loadAcquire64(word64(h.mem, h.entry(i)+16)), loadAcquire64(word64(h.mem, h.entry(i)+24))
}

// who is written by the entry's owner before its state says so.
func (h *heads) who(i int) *who { return overlay[who](h.mem[h.entry(i)+h.spacing:]) }

// nameOf is a copy of the name in entry i; "" if it has none.
func (h *heads) nameOf(i int) string {
	w := h.who(i)
	return string(w.name[:min(w.nameLen, MaxName)])
}

// --- sleeping and waking ---

// setWaiting is stored by a consumer before it looks a last time and sleeps. Edge W1, full fence here and, by
// membarrier, in the producer: pairs with waiting.
func (h *heads) setWaiting() { storeFence32(word32(h.mem, h.waitingLine()), 1) }

// waiting is loaded by the producer after each flush. Edge W1: pairs with setWaiting.
func (h *heads) waiting() bool { return loadAcquire32(word32(h.mem, h.waitingLine())) != 0 }

// clearWaiting comes before bumpWakes: a consumer that sets it again after this sleeps on the new count. Edge W1.
func (h *heads) clearWaiting() { storeRelease32(word32(h.mem, h.waitingLine()), 0) }

// space is the word the producer sleeps on while it waits for space. Edge S1.
func (h *heads) space() *uint32 { return word32(h.mem, h.spaceLine()) }

// setSpace is stored by the producer before it scans a last time and sleeps. Edge S1, full fence here and, by
// membarrier, in the consumers: pairs with spaceWanted.
func (h *heads) setSpace() { storeFence32(h.space(), 1) }

// spaceWanted is loaded by gating consumers after they moved their head. Edge S1: pairs with setSpace.
func (h *heads) spaceWanted() bool { return loadAcquire32(h.space()) != 0 }

// clearSpace comes before the wake-up it answers. Edge S1.
func (h *heads) clearSpace() { storeRelease32(h.space(), 0) }
