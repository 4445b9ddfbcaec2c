package fail

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// atError is an error about the file at a path.
type atError struct {
	path string
	err  error
}

// At says which file err is about. It returns nil for nil.
func At(path string, err error) error {
	if err == nil {
		return nil
	}
	return &atError{path, recognise(path, err)}
}

func (e *atError) Unwrap() error { return e.err }

// Error says what happened, where, and what to do about it, on one line.
func (e *atError) Error() string {
	for _, c := range cases {
		if errors.Is(e.err, c.err) {
			return e.path + ": " + c.tell(e.detail())
		}
	}
	return e.path + ": " + e.detail()
}

// detail is the text of the error without the outer layers that say no more than the path.
func (e *atError) detail() string {
	err := e.err
	for {
		text, inner := err.Error(), unwrap(err)
		if inner == nil || text != inner.Error() && !strings.HasSuffix(text, e.path+": "+inner.Error()) {
			return strings.ReplaceAll(text, "\n", "; ")
		}
		err = inner
	}
}

// unwrap is errors.Unwrap that also opens what errors.Join made of a single error.
func unwrap(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}

// A remedy is what a person can do about a kind of error.
type remedy struct {
	err    error
	what   string // in the place of the error's own text, if that says no more
	advice string // "" if the error's own text ends with one
}

func (r remedy) tell(detail string) string {
	if r.what != "" {
		detail = r.what
	}
	if r.advice == "" || strings.HasSuffix(detail, "or choose another name") { // the error has an advice of its own
		return detail
	}
	return fmt.Sprintf("%s; %s", detail, r.advice)
}

// cases are looked through in order: an error that wraps another stands before it.
var cases = []remedy{
	{mmapfile.ErrDeleted, "the ring was deleted while it was open", "everything still in it was read; start again once a producer has made a new one"},
	{mmapfile.ErrReplaced, "another ring has this name now", "everything still in the old one was read; start again to read the new one"},
	{mmapfile.ErrTruncated, "the file was cut short while it was open", "make the ring anew: mmring pub --replace"},
	{ring.ErrHeadsReadOnly, "", "read as the user who made the ring, or without --lossless, --name and --group"},
	{ring.ErrHeads, "", "a producer makes another when it starts; lossy readers without --name need none"},
	{ringgroup.ErrFull, "", "stop one of them (mmring stat shows them), or make the ring with more consumers: mmring pub --replace --max-consumers"},
	{ringgroup.ErrCorrupt, "", "stop the members of the group and remove its file, NAME.*.GROUP.group: the group begins anew"},
	{ring.ErrProducerActive, "", "mmring stat shows what it does"},
	{errStranger, "", ""},
	{ring.ErrNotRing, "", "choose another name, or move the file away yourself: it is never overwritten"},
	{ring.ErrVersion, "", "use the mmring that made it, or make it anew: mmring pub --replace"},
	{ring.ErrCorrupt, "", "save what mmring dump still shows, then make it anew (mmring pub --replace) or remove it (mmring rm)"},
	{ring.ErrStale, "", "mmring pub --replace makes it anew, mmring rm removes it"},
	{ring.ErrGeometry, "", ""},
	{ring.ErrNotOwner, "", "write as that user, or choose another name"},
	{ring.ErrTableFull, "", "or read without --lossless, --name and --group, which needs no entry"},
	{ring.ErrNameInUse, "", "choose another --name, or stop that consumer"},
	{ring.ErrNotYet, "", "choose a lower number, or --from latest to wait for new messages"},
	{syscall.ENOSPC, "", ""},
	{mmapfile.ErrNotRegular, "it is no regular file", "a ring is one: choose another name"},
	{mmapfile.ErrSymlink, "", ""},
	{syscall.ENOTDIR, "a part of its path is no directory", "choose another name"},
	{syscall.ENAMETOOLONG, "the name is too long for a file", "choose a shorter one"},
	{syscall.ELOOP, "too many symbolic links lead there", "name the file itself"},
	{fs.ErrNotExist, "there is no such ring", "mmring ls lists the rings there are, mmring pub makes one"},
	{fs.ErrPermission, "permission denied", "act as the user who made the ring, or have them permit it (chmod)"},
	{errors.ErrUnsupported, "rings are not supported on this system", "mmring needs Linux"},
}
