package mmapfile

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

var sink byte

// Does memory that was cut off say so, with both sizes, wherever and however it is touched, and is all of the mapping zero then?
func TestTouchingWhatWasCutOff(t *testing.T) {
	for name, touch := range map[string]func(mem []byte){
		"load":            func(mem []byte) { sink = mem[2*page] },
		"store":           func(mem []byte) { mem[4*page-1] = 1 },
		"load by mirror":  func(mem []byte) { sink = mem[5*page] },
		"store by mirror": func(mem []byte) { mem[7*page-1] = 1 },
		"copy":            func(mem []byte) { copy(make([]byte, 4*page), mem) },
		"copy into":       func(mem []byte) { copy(mem[page:], make([]byte, 6*page)) },
	} {
		f := published(t, 4*page)
		m, err := f.MapTwice(page, 3*page)
		check(t, err)
		defer m.Unmap()
		m.Bytes()[100] = 100
		check(t, os.Truncate(f.Path(), 2*page))
		check(t, m.Err(f)) // nobody has touched it yet
		before := Faults()
		touch(m.Bytes())
		if Faults() == before {
			t.Errorf("%s: not counted", name)
		}
		want(t, m.Err(f), ErrTruncated, strconv.FormatInt(2*page, 10), strconv.FormatInt(4*page, 10))
		if m.Bytes()[100] != 0 {
			t.Errorf("%s: part of the mapping is still the file's", name)
		}
		m.Bytes()[100] = 1
		if content, err := os.ReadFile(f.Path()); err != nil || content[100] != 100 {
			t.Errorf("%s: writing to a lost mapping changed the file (%v)", name, err)
		}
	}
}

// Does a mapping that may not be written to stay so when it is lost?
func TestLostMappingStaysReadOnly(t *testing.T) {
	f := published(t, 2*page)
	m := mapped(t, opened(t, f.Path(), ReadOnly), 2*page)
	check(t, os.Truncate(f.Path(), 0))
	sink = m.Bytes()[0]
	want(t, m.Err(f), ErrTruncated)
	if caught(func() { m.Bytes()[0] = 1 }) == nil {
		t.Error("it can be written to")
	}
}

// Is a fault on a file that is long enough, by the time somebody asks, no truncation?
func TestFaultOfAWholeFile(t *testing.T) {
	f := published(t, 2*page)
	m := mapped(t, f, 2*page)
	check(t, os.Truncate(f.Path(), 0))
	sink = m.Bytes()[page]
	check(t, os.Truncate(f.Path(), 2*page))
	want(t, m.Err(f), ErrFault)
	check(t, f.Close())
	want(t, m.Err(f), ErrFault, "size unknown")
}

// Are other mappings, of the same file too, left alone, and is what comes to lie in the place of an unmapped one as good as new?
func TestLosingOneMappingLosesNoOther(t *testing.T) {
	f, whole := published(t, page), published(t, page)
	below, m, above, other := mapped(t, f, page), mapped(t, f, page), mapped(t, f, page), mapped(t, whole, page)
	other.Bytes()[0] = 7
	check(t, os.Truncate(f.Path(), 0))
	sink = m.Bytes()[0]
	want(t, m.Err(f), ErrTruncated)
	check(t, below.Err(f))
	check(t, above.Err(f))
	check(t, other.Err(whole))
	if other.Bytes()[0] != 7 {
		t.Error("another file's mapping was replaced")
	}
	for range 100 {
		check(t, m.Unmap())
		m = mapped(t, whole, page)
		check(t, m.Err(whole))
		if m.Bytes()[0] != 7 {
			t.Fatal("a new mapping is not the file's")
		}
	}
	if n := regionCount(); n > 100 {
		t.Errorf("%d regions are known: those of unmapped mappings are not used again", n)
	}
}

func regionCount() (n int) {
	for r := regions; r != nil; r = r.next {
		n++
	}
	return n
}

// Do many threads that lose a mapping together all go on?
func TestLosingAMappingTogether(t *testing.T) {
	for range 50 {
		f := published(t, 16*page)
		m := mapped(t, f, 16*page)
		var done sync.WaitGroup
		check(t, os.Truncate(f.Path(), 0))
		for i := range int64(16) {
			done.Go(func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				m.Bytes()[i*page]++
			})
		}
		done.Wait()
		want(t, m.Err(f), ErrTruncated)
	}
}

// Are mappings found while others come and go?
func TestLosingAMappingWhileOthersComeAndGo(t *testing.T) {
	whole := published(t, page)
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 2 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				m, err := whole.Map(page)
				if err != nil || m.Bytes()[0] != 0 || m.Unmap() != nil {
					t.Errorf("a mapping of a whole file: %v", err)
					return
				}
			}
		})
	}
	for range 200 {
		f := published(t, page)
		m := mapped(t, f, page)
		check(t, os.Truncate(f.Path(), 0))
		sink = m.Bytes()[0]
		want(t, m.Err(f), ErrTruncated)
	}
	close(stop)
	others.Wait()
}

// Are faults of memory that is no mapping's still what they are without this package?
func TestOtherFaultsAreGosOwn(t *testing.T) {
	f := published(t, page)
	m := mapped(t, f, page)
	var foreign []byte
	check(t, f.withFD(func(fd int) (err error) {
		foreign, err = unix.Mmap(fd, 0, int(page), unix.PROT_READ, unix.MAP_SHARED)
		return err
	}))
	defer unix.Munmap(foreign)
	var null *int
	check(t, os.Truncate(f.Path(), 0))
	for name, fn := range map[string]func(){
		"nil pointer":        func() { *null = 1 },
		"mapping of its own": func() { sink = foreign[0] },
		"mapping gone already": func() {
			gone := mapped(t, published(t, page), page)
			mem := gone.Bytes()
			check(t, gone.Unmap())
			sink = mem[0]
		},
	} {
		if caught(fn) == nil {
			t.Errorf("%s: no panic", name)
		}
	}
	check(t, m.Err(f))
}

// Does SIGBUS that a process sends still end this one, whatever address the sender claims?
func TestChildSentSIGBUS(t *testing.T) {
	for _, way := range []string{"kill", "queue"} {
		command := exec.Command(os.Args[0], "-test.run=^TestChildSendsItselfSIGBUS$")
		command.Env = append(os.Environ(), sendSIGBUS+"="+way, "TMPDIR="+t.TempDir()) // it dies without clearing up
		output, err := command.CombinedOutput()
		if err == nil || !strings.Contains(string(output), "SIGBUS: bus error") {
			t.Errorf("%s: %v, output %q", way, err, output)
		}
	}
}

const sendSIGBUS = "MMAPFILE_SEND_SIGBUS"

func TestChildSendsItselfSIGBUS(t *testing.T) {
	m := mapped(t, published(t, page), page)
	switch os.Getenv(sendSIGBUS) {
	case "kill":
		check(t, syscall.Kill(os.Getpid(), syscall.SIGBUS))
	case "queue":
		info := struct { // siginfo, with an address
			signo, errno, code, _ int32
			addr                  uintptr
			_                     [104]byte
		}{signo: int32(unix.SIGBUS), code: -1, addr: uintptr(unsafe.Pointer(unsafe.SliceData(m.Bytes())))}
		_, _, errno := unix.RawSyscall(unix.SYS_RT_SIGQUEUEINFO, uintptr(os.Getpid()), uintptr(unix.SIGBUS), uintptr(unsafe.Pointer(&info)))
		if errno != 0 {
			t.Fatal(errno)
		}
	default:
		t.Skip("for TestChildSentSIGBUS")
	}
	select {}
}
