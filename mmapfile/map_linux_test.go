package mmapfile

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Does the mirror show every page of the data, both ways, and the header not?
func TestMapTwiceMirrors(t *testing.T) {
	for _, header := range []int64{0, 2 * page} {
		data := 3 * page
		f := published(t, header+data)
		m, err := f.MapTwice(header, data)
		check(t, err)
		defer m.Unmap()
		mem := m.Bytes()
		if int64(len(mem)) != header+2*data {
			t.Fatalf("length %d", len(mem))
		}
		for i := int64(0); i < data; i += page / 2 {
			mem[header+i] = byte(1 + i%251)
			if mem[header+data+i] != byte(1+i%251) {
				t.Fatalf("header %d: byte %d does not show in the mirror", header, i)
			}
			mem[header+data+i] = byte(2 + i%249)
			if mem[header+i] != byte(2+i%249) {
				t.Fatalf("header %d: the mirror's byte %d does not show", header, i)
			}
		}
		text, err := os.ReadFile(f.Path())
		check(t, err)
		if !slices.Equal(text, mem[:header+data]) {
			t.Errorf("header %d: the file differs from the mapping", header)
		}
		if header > 0 && slices.Max(mem[:header]) != 0 {
			t.Error("the header was written to")
		}
	}
}

// Do sizes that cannot be mapped twice say why?
func TestMapTwiceSizes(t *testing.T) {
	f := published(t, 4*page)
	size := strconv.FormatInt(page, 10)
	for _, sizes := range [][2]int64{{page, page + 1}, {page - 1, page}, {page, 0}, {-page, page}, {page, -page}} {
		_, err := f.MapTwice(sizes[0], sizes[1])
		want(t, err, fs.ErrInvalid, "page size", size)
	}
	_, err := f.MapTwice(page, 4*page)
	want(t, err, ErrTruncated, strconv.FormatInt(4*page, 10), strconv.FormatInt(5*page, 10))
	huge := math.MaxInt64 &^ (page - 1)
	for _, sizes := range [][2]int64{{page, huge}, {huge, page}, {1<<62 + page, 3 << 61}} { // sums that overflow, once to one page
		_, err = f.MapTwice(sizes[0], sizes[1])
		want(t, err, unix.ENOMEM, strconv.FormatInt(sizes[0], 10), strconv.FormatInt(sizes[1], 10))
	}
	_, err = f.Map(4*page + 1)
	want(t, err, ErrTruncated)
	_, err = f.Map(0)
	want(t, err, fs.ErrInvalid)
}

// Is what others write seen, and is what we write seen by others?
func TestMappingIsShared(t *testing.T) {
	f := published(t, page)
	ours := mapped(t, f, page)
	theirs := mapped(t, opened(t, f.Path(), ReadOnly), page)
	copy(ours.Bytes(), "shared")
	if string(theirs.Bytes()[:6]) != "shared" {
		t.Errorf("the other mapping shows %q", theirs.Bytes()[:6])
	}
}

// Can nothing be written through a file opened for reading?
func TestReadOnlyMapping(t *testing.T) {
	f := published(t, 2*page)
	reader := opened(t, f.Path(), ReadOnly)
	m, err := reader.MapTwice(page, page)
	check(t, err)
	defer m.Unmap()
	for _, a := range areas(t, m) {
		if a.perms != "r--s" {
			t.Errorf("permissions %s", a.perms)
		}
	}
	for _, i := range []int64{0, page, 2 * page} {
		if caught(func() { m.Bytes()[i] = 1 }) == nil {
			t.Errorf("byte %d was written", i)
		}
	}
	if err := unix.Mprotect(m.Bytes(), unix.PROT_READ|unix.PROT_WRITE); err == nil {
		t.Error("the mapping could be made writable")
	}
	for _, a := range areas(t, mapped(t, f, page)) {
		if a.perms != "rw-s" {
			t.Errorf("writable file: permissions %s", a.perms)
		}
	}
}

// Are mappings kept out of forked children and of core dumps?
func TestMappingIsPrivateToTheProcess(t *testing.T) {
	needsKernel(t, "madvise does nothing")
	m, err := published(t, 2*page).MapTwice(page, page)
	check(t, err)
	defer m.Unmap()
	for _, a := range areas(t, m) {
		if a.flags == nil {
			t.Skip("the kernel shows no flags")
		}
		for _, flag := range []string{"dc", "dd"} { // do not copy, do not dump
			if !slices.Contains(a.flags, flag) {
				t.Errorf("flags %q lack %q", a.flags, flag)
			}
		}
	}
}

// Are all pages there after Prefault, by either way, and no byte changed?
func TestPrefault(t *testing.T) {
	needsKernel(t, "madvise does nothing")
	const size = 1 << 20
	for _, access := range []Access{ReadOnly, ReadWrite} {
		for name, prefault := range map[string]func(*Mapping) error{"kernel": (*Mapping).Prefault, "touch": (*Mapping).touch} {
			f := reopened(t, published(t, size), access)
			m, err := f.MapTwice(size/2, size/2)
			check(t, err)
			defer m.Unmap()
			if resident(t, m) == size*3/2>>10 {
				t.Errorf("%s: everything there beforehand: nothing to test", name)
			}
			check(t, prefault(m))
			if got := resident(t, m); got != size*3/2>>10 {
				t.Errorf("%s: %d KiB there", name, got)
			}
			if slices.Max(m.Bytes()) != 0 {
				t.Errorf("%s: bytes changed", name)
			}
		}
	}
}

// resident returns how many KiB of m are in the page tables.
func resident(t *testing.T, m *Mapping) (kib int) {
	t.Helper()
	for _, a := range areas(t, m) {
		if _, ok := a.kib["Rss"]; !ok {
			t.Skip("the kernel shows no resident size")
		}
		kib += a.kib["Rss"]
	}
	return kib
}

// Is a file truncated before Prefault an error, by either way?
func TestPrefaultTruncated(t *testing.T) {
	needsKernel(t, "madvise does nothing, SIGBUS comes without an address")
	f := published(t, 4*page)
	m := mapped(t, f, 4*page)
	check(t, os.Truncate(f.Path(), page))
	want(t, m.Prefault(), ErrFault)
	want(t, m.touch(), ErrFault)
}

// Has Sync written changed pages when it returns?
func TestSyncCleansPages(t *testing.T) {
	f := created(t, filepath.Join(t.TempDir(), "file"), 4*page)
	var st unix.Statfs_t
	check(t, f.withFD(func(fd int) error { return unix.Fstatfs(fd, &st) }))
	if uint32(st.Type) != unix.EXT4_SUPER_MAGIC && uint32(st.Type) != unix.XFS_SUPER_MAGIC {
		t.Skip("not a filesystem on disk")
	}
	m, err := f.MapTwice(2*page, 2*page)
	check(t, err)
	defer m.Unmap()
	for i := range m.Bytes() {
		m.Bytes()[i] = 1
	}
	if dirty(t, m) == 0 {
		t.Skip("the kernel shows no changed pages")
	}
	check(t, m.Sync())
	if got := dirty(t, m); got != 0 {
		t.Errorf("%d KiB still changed", got)
	}
}

// dirty returns how many KiB of m await writing.
func dirty(t *testing.T, m *Mapping) (kib int) {
	t.Helper()
	for _, a := range areas(t, m) {
		kib += a.kib["Private_Dirty"] + a.kib["Shared_Dirty"]
	}
	return kib
}

// Does the memory go at the first Unmap, and is the second harmless?
func TestUnmap(t *testing.T) {
	m := mapped(t, published(t, page), page)
	mem := m.Bytes()
	check(t, m.Unmap())
	if caught(func() { mem[0]++ }) == nil {
		t.Error("still mapped")
	}
	check(t, m.Unmap())
	if m.Bytes() != nil {
		t.Error("bytes after Unmap")
	}
	want(t, m.Sync(), os.ErrClosed)
	want(t, m.Prefault(), os.ErrClosed)
}

// Does a mapping live on when the file is closed?
func TestMappingOutlivesFile(t *testing.T) {
	f := published(t, page)
	m := mapped(t, f, page)
	check(t, f.Close())
	m.Bytes()[0] = 7
	if again := mapped(t, opened(t, f.Path(), ReadOnly), page); again.Bytes()[0] != 7 {
		t.Error("not shared any more")
	}
}
