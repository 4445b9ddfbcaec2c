package mmapfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Is every way to lose a file told apart?
func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(t *testing.T, path string) error
		want  error
	}{
		"untouched":         {func(*testing.T, string) error { return nil }, nil},
		"grown":             {func(_ *testing.T, path string) error { return os.Truncate(path, 3*page) }, nil},
		"truncated":         {func(_ *testing.T, path string) error { return os.Truncate(path, 2*page-1) }, ErrTruncated},
		"deleted":           {func(_ *testing.T, path string) error { return os.Remove(path) }, ErrDeleted},
		"moved":             {func(_ *testing.T, path string) error { return os.Rename(path, path+"2") }, ErrDeleted},
		"directory deleted": {func(_ *testing.T, path string) error { return os.RemoveAll(filepath.Dir(path)) }, ErrDeleted},
		"replaced": {func(t *testing.T, path string) error {
			check(t, os.WriteFile(path+"2", make([]byte, 2*page), 0o600))
			return os.Rename(path+"2", path)
		}, ErrReplaced},
		"replaced by a link to it": {func(t *testing.T, path string) error {
			check(t, os.Rename(path, path+"2"))
			return os.Symlink(path+"2", path)
		}, ErrReplaced},
	} {
		t.Run(name, func(t *testing.T) {
			creator := published(t, 2*page)
			reader := opened(t, creator.Path(), ReadOnly)
			check(t, test.spoil(t, creator.Path()))
			for _, f := range []*File{creator, reader} {
				if err := f.Check(); test.want == nil {
					check(t, err)
				} else {
					want(t, err, test.want, f.Path())
				}
			}
		})
	}
}

// Does a file deleted and made anew under the same name count as replaced, even
// if the filesystem gives its inode number again?
func TestCheckDeletedAndMadeAnew(t *testing.T) {
	f := published(t, page)
	check(t, os.Remove(f.Path()))
	want(t, f.Check(), fs.ErrNotExist)
	check(t, os.WriteFile(f.Path(), make([]byte, page), 0o600))
	want(t, f.Check(), ErrReplaced)
}

// Is memory without a name never deleted, but truncated all the same?
func TestCheckAnonymous(t *testing.T) {
	f := anonymous(t, 2*page)
	check(t, f.Check())
	handed, err := f.Handout(ReadWrite)
	check(t, err)
	defer handed.Close()
	check(t, handed.Truncate(page))
	want(t, f.Check(), ErrTruncated, strconv.FormatInt(page, 10), strconv.FormatInt(2*page, 10))
}
