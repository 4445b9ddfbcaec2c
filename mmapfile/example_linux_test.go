package mmapfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/mmring/mmring/mmapfile"
)

// A file appears under its name when it is complete; another process maps it for
// reading. The data is mapped twice in a row, so what wraps is one slice.
func Example() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "shared")
	page := int64(os.Getpagesize())

	writer, err := mmapfile.Create(path, page+4*page, 0o644)
	if err != nil {
		log.Fatal(err)
	}
	defer writer.Close()
	ours, err := writer.MapTwice(page, 4*page)
	if err != nil {
		log.Fatal(err)
	}
	defer ours.Unmap()
	_, err = os.Stat(path)
	fmt.Println("before Link:", errors.Is(err, fs.ErrNotExist))
	if err := errors.Join(writer.Lock(0), writer.Link()); err != nil {
		log.Fatal(err)
	}

	end := page + 4*page
	copy(ours.Bytes()[end-6:], "around the corner")

	reader, err := mmapfile.Open(path, mmapfile.ReadOnly)
	if err != nil {
		log.Fatal(err)
	}
	defer reader.Close()
	theirs, err := reader.MapTwice(page, 4*page)
	if err != nil {
		log.Fatal(err)
	}
	defer theirs.Unmap()
	fmt.Printf("%s|%s\n", theirs.Bytes()[end-6:end], theirs.Bytes()[page:page+11])
	alive, err := reader.Locked(0)
	fmt.Println("a writer is there:", alive, err)

	// Output:
	// before Link: true
	// around| the corner
	// a writer is there: true <nil>
}

// Memory without a name reaches another process as a descriptor, which that
// process opens anew. Sealed, it can neither be truncated nor be written by
// anybody but its maker.
func ExampleAnonymous() {
	size := int64(os.Getpagesize())
	memory, err := mmapfile.Anonymous("example", size)
	if err != nil {
		log.Fatal(err)
	}
	defer memory.Close()
	ours, err := memory.Map(size)
	if err != nil {
		log.Fatal(err)
	}
	defer ours.Unmap()
	seals := mmapfile.SealShrink | mmapfile.SealGrow | mmapfile.SealFutureWrite | mmapfile.SealSeal
	if err := memory.Seal(seals); err != nil {
		log.Fatal(err)
	}
	copy(ours.Bytes(), "hello")

	// To a child through exec.Cmd.ExtraFiles, to others over a Unix socket.
	handout, err := memory.Handout(mmapfile.ReadOnly)
	if err != nil {
		log.Fatal(err)
	}
	defer handout.Close()

	// What the other process does with the descriptor that it got.
	received, err := mmapfile.Reopen(handout.Fd(), mmapfile.ReadOnly)
	if err != nil {
		log.Fatal(err)
	}
	defer received.Close()
	theirs, err := received.Map(size)
	if err != nil {
		log.Fatal(err)
	}
	defer theirs.Unmap()
	inForce, err := received.Sealed()
	fmt.Println(string(theirs.Bytes()[:5]), inForce&mmapfile.SealShrink != 0, err)
	// Output: hello true <nil>
}
