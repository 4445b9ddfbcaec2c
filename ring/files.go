package ring

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

// producerByte of the stream file is locked by the producer, for life. In the heads file byte i is locked by the owner of entry i,
// and nameByte(name) by the consumer of that name.
const producerByte = 0

func nameByte(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return 1<<62 | int64(h.Sum64()>>2)
}

// locker is what a handle needs of a file to hold and probe locks; *mmapfile.File is one.
type locker interface {
	Lock(off int64) error
	Unlock(off int64) error
	Locked(off int64) (bool, error)
}

// files is the two files behind a handle, opened by this process itself, and their mappings. Rings of tests have none
// of the files, only locks.
type files struct {
	path    string // "" for an anonymous ring
	ringID  uint64
	headsID uint64

	stream    *mmapfile.File
	streamMem *mmapfile.Mapping
	heads     *mmapfile.File
	headsMem  *mmapfile.Mapping
	retired   []*mmapfile.Mapping // heads files that were lost; unmapped at the end

	streamLocks locker
	headsLocks  locker
	headsPerm   fs.FileMode
	unmapping   sync.RWMutex // held to unmap, and by those who read without being a call in progress
}

// sealed reports whether the memory can never be cut off, so that nothing needs guarding.
func (f *files) sealed() bool {
	return f.stream == nil || shrinkSealed(f.stream) && shrinkSealed(f.heads)
}

func shrinkSealed(f *mmapfile.File) bool {
	if f == nil {
		return false
	}
	seals, err := f.Sealed()
	return err == nil && seals&mmapfile.SealShrink != 0
}

// guarded runs touch and turns a fault of either file's memory into an error.
func (f *files) guarded(touch func()) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			if err = cmp.Or(f.streamFault(r), f.headsFault(r)); err == nil {
				panic(r)
			}
		}
	}()
	touch()
	return nil
}

// prefault maps every page now. It saves faults later and is no more than that, so failing is not an error.
func (f *files) prefault() {
	if f.streamMem != nil {
		f.streamMem.Prefault()
	}
	if f.headsMem != nil {
		f.headsMem.Prefault()
	}
}

// sync makes the stream reach the disk, if there is one.
func (f *files) sync() {
	if f.streamMem != nil {
		f.streamMem.Sync()
	}
}

// producerAlive reports whether a process is the ring's producer.
func (f *files) producerAlive() (bool, error) { return f.streamLocks.Locked(producerByte) }

// consumerAlive reports whether a process owns entry i.
func (f *files) consumerAlive(i int) (bool, error) {
	if f.headsLocks == nil {
		return false, nil
	}
	return f.headsLocks.Locked(int64(i))
}

// check reports whether the path still names the stream, whole.
func (f *files) check() error {
	if f.stream == nil {
		return nil
	}
	return f.stream.Check()
}

func (f *files) streamFault(r any) error {
	if f.streamMem == nil {
		return nil
	}
	return f.streamMem.FaultError(f.stream, r)
}

func (f *files) headsFault(r any) error {
	for _, m := range append(f.retired, f.headsMem) {
		if m == nil {
			continue
		}
		if err := m.FaultError(f.heads, r); err != nil {
			return err
		}
	}
	return nil
}

// close unmaps and closes everything, and with it drops the locks.
func (f *files) close() error {
	err := f.closeHeads()
	for _, m := range f.retired {
		err = errors.Join(err, m.Unmap())
	}
	if f.streamMem != nil {
		err = errors.Join(err, f.streamMem.Unmap())
	}
	if f.stream != nil {
		err = errors.Join(err, f.stream.Close())
	}
	return err
}

func (f *files) closeHeads() (err error) {
	if f.headsMem != nil {
		err = f.headsMem.Unmap()
	}
	if f.heads != nil {
		err = errors.Join(err, f.heads.Close())
	}
	f.heads, f.headsMem, f.headsLocks = nil, nil, nil
	return err
}

func (f *files) headsPath() string { return headsPath(f.path, f.ringID) }

func headsPath(path string, ringID uint64) string {
	return fmt.Sprintf("%s.%016x%s", path, ringID, headsSuffix)
}

const headsSuffix = ".heads"

func randomID() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:]) | 1 // never 0
}

// --- the stream file ---

// openStream maps a stream file and validates it.
func openStream(f *mmapfile.File) (*mmapfile.Mapping, *identity, geometry, error) {
	id, g, err := readIdentity(f)
	if err != nil {
		return nil, nil, g, err
	}
	m, err := f.MapTwice(dataOffset, int64(g.capacity))
	return m, id, g, err
}

// readIdentity takes a private copy of a stream file's first page, then looks at it.
func readIdentity(f *mmapfile.File) (*identity, geometry, error) {
	size, err := f.Size()
	if err != nil {
		return nil, geometry{}, err
	}
	if size < dataOffset {
		return nil, geometry{}, fmt.Errorf("%w: %d bytes are too few", ErrNotRing, size)
	}
	page, err := readPage(f)
	if err != nil {
		return nil, geometry{}, err
	}
	id := overlay[identity](page)
	g, err := id.validate(page, size)
	return id, g, err
}

func readPage(f *mmapfile.File) (page []byte, err error) {
	m, err := f.Map(pageSize)
	if err != nil {
		return nil, err
	}
	defer m.Unmap()
	page = heapMemory(pageSize)
	return page, m.Guard(f, func() { copy(page, m.Bytes()) })
}

// writeIdentity fills the first page of a new stream file, magic last.
func writeIdentity(mem []byte, g *geometry, ringID uint64, o *Options) {
	id := overlay[identity](mem)
	*id = identity{
		version: LayoutVersion, order: orderMark, ringID: ringID, created: time.Now().UnixNano(),
		capacity: g.capacity, dataOffset: dataOffset, alignment: uint32(g.align), spacing: uint32(g.spacing),
		segments: segments, slots: uint32(g.slots), deadline: int64(g.deadline), origin: g.origin, firstSeq: g.firstSeq,
		schemaLen: uint32(len(o.schema)), metaLen: uint32(len(o.Metadata)),
	}
	copy(id.schema[:], o.schema)
	copy(id.metadata[:], o.Metadata)
	id.checksum = id.sum(mem)
	storeFence64(&id.magic, streamMagic)
}

// writeStart puts an empty stream's counters at its origin.
func (s *stream) writeStart() {
	s.announce(s.origin + s.capacity)
	s.grant(s.origin + s.capacity)
	s.storeLast(s.origin, s.origin)
	for i := range uint64(segments) {
		storeRelease64(s.anchorWord(i), s.origin)
	}
}

// --- the heads file ---

func writeHeadsIdentity(mem []byte, ringID, headsID uint64) {
	id := overlay[headsIdentity](mem)
	*id = headsIdentity{version: LayoutVersion, order: orderMark, ringID: ringID, headsID: headsID}
	storeFence64(&id.magic, headsMagic)
}

// createHeads makes the heads file of a ring under its final name and maps it.
func (f *files) createHeads(g *geometry) error {
	file, err := mmapfile.Create(f.headsPath(), g.headsSize(), perm(f.headsPerm))
	if err != nil {
		return err
	}
	if f.headsPerm != 0 {
		err = file.Chmod(f.headsPerm)
	}
	if err == nil {
		err = f.useHeads(file, g)
	}
	if err == nil {
		f.headsID = randomID()
		writeHeadsIdentity(f.headsMem.Bytes(), f.ringID, f.headsID)
		err = file.Replace()
	}
	if err != nil {
		f.closeHeads()
		file.Close()
	}
	return err
}

func (f *files) useHeads(file *mmapfile.File, g *geometry) error {
	m, err := file.Map(g.headsSize())
	if err == nil {
		f.heads, f.headsMem, f.headsLocks = file, m, file
	}
	return err
}

// openHeads opens and checks the heads file of a ring. It must be of the stream's owner: nobody else can have made it.
func (f *files) openHeads(g *geometry, access mmapfile.Access) error {
	file, err := mmapfile.Open(f.headsPath(), access)
	if err != nil {
		return err
	}
	if err = f.adoptHeads(file, g); err != nil {
		file.Close()
	}
	return err
}

func (f *files) adoptHeads(file *mmapfile.File, g *geometry) error {
	owner, err := file.Owner()
	if err != nil {
		return err
	}
	if want, err := f.stream.Owner(); err != nil || want != owner {
		return fmt.Errorf("%w: %s is of user %d, the stream is of user %d", ErrNotOwner, f.headsPath(), owner, want)
	}
	size, err := file.Size()
	if err != nil {
		return err
	}
	if size < g.headsSize() {
		return fmt.Errorf("%w: heads file has %d bytes, needs %d", ErrCorrupt, size, g.headsSize())
	}
	page, err := readPage(file)
	if err != nil {
		return err
	}
	id := overlay[headsIdentity](page)
	if id.magic != headsMagic || id.ringID != f.ringID {
		return fmt.Errorf("%w: %s does not belong to this ring", ErrCorrupt, f.headsPath())
	}
	f.headsID = id.headsID
	return f.useHeads(file, g)
}

// renewHeads replaces a heads file that was cut off under the producer. If no new one can be made it goes on with none: lossy.
func (f *files) renewHeads(g *geometry) []byte {
	if f.headsMem != nil {
		f.retired = append(f.retired, f.headsMem)
	}
	f.heads, f.headsMem, f.headsLocks = nil, nil, nil
	if f.path == "" || f.createHeads(g) != nil {
		f.headsID = 0
		return heapMemory(g.headsSize())
	}
	return f.headsMem.Bytes()
}

// sweep removes what killed producers left beside the stream: files never finished, and heads files of rings that were
// replaced. The caller holds the producer's lock of the file that has the name.
func (f *files) sweep() {
	mmapfile.Sweep(f.path)
	mmapfile.Sweep(f.headsPath())
	others, _ := filepath.Glob(globEscape(f.path) + ".*" + headsSuffix)
	for _, name := range others {
		id, ok := strings.CutPrefix(strings.TrimSuffix(name, headsSuffix), f.path+".")
		if b, err := hex.DecodeString(id); ok && err == nil && len(b) == 8 && name != f.headsPath() {
			os.Remove(name)
		}
	}
}

// globEscape makes a path mean itself in a pattern.
func globEscape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// perm is the mode asked for, or the default: everybody may read.
func perm(mode fs.FileMode) fs.FileMode {
	if mode == 0 {
		return 0o644
	}
	return mode
}
