// Package beside names the files that lie beside a ring's stream and belong to it. Each carries the ring's id, so that those
// of a ring that was replaced can be told from those of its successor.
package beside

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	headsSuffix = ".heads"
	groupSuffix = ".group"
	idDigits    = 16

	// MaxGroup is the longest name of a group, in bytes.
	MaxGroup = 64
)

// File is a file beside a ring.
type File struct {
	Path   string
	RingID uint64
	Group  string // whose file it is; "" for the heads file
}

// Heads is the path of the heads file of the ring at path.
func Heads(path string, ringID uint64) string {
	return fmt.Sprintf("%s.%016x%s", path, ringID, headsSuffix)
}

// Group is the path of the file of a consumer group.
func Group(path string, ringID uint64, group string) string {
	return fmt.Sprintf("%s.%016x.%s%s", path, ringID, group, groupSuffix)
}

// CheckGroup says what is wrong with the name of a group. It is part of a file's name, and holds no dot, so that no ring's name and
// group's name together look like another ring's.
func CheckGroup(name string) error {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}
	if name == "" || len(name) > MaxGroup || strings.ContainsFunc(name, odd) {
		return fmt.Errorf("group name %q will not do; choose one of 1 to %d of the characters a-z, A-Z, 0-9, - and _", name, MaxGroup)
	}
	return nil
}

// Parse says which file of a ring called base, in whatever directory, the name name is, if it is one.
func Parse(base, name string) (f File, ok bool) {
	rest, ok := strings.CutPrefix(name, base+".")
	if !ok || len(rest) < idDigits {
		return f, false
	}
	id, err := hex.DecodeString(rest[:idDigits])
	if err != nil {
		return f, false
	}
	f.RingID = binary.BigEndian.Uint64(id)
	if rest = rest[idDigits:]; rest == headsSuffix {
		return f, true
	}
	group, ok := strings.CutSuffix(strings.TrimPrefix(rest, "."), groupSuffix)
	f.Group = group
	return f, ok && rest[0] == '.' && CheckGroup(group) == nil
}

// Of is the base name of the ring that the file name would belong to, and which of its files it would be, if it is one.
func Of(name string) (base string, f File, ok bool) {
	base = name
	for range 3 { // at most the suffix, the group and the id, which have no dot
		base = base[:max(strings.LastIndexByte(base, '.'), 0)]
		if f, ok = Parse(base, name); ok {
			return base, f, true
		}
	}
	return "", f, false
}

// List is the files beside the ring at path, whichever ring of that name they belong to.
func List(path string) (files []File, err error) {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if f, ok := Parse(base, e.Name()); ok {
			f.Path = filepath.Join(dir, e.Name())
			files = append(files, f)
		}
	}
	return files, err
}
