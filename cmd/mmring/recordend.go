package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/recording"
)

// judge says in words why a recording ended, and whether that is a failure.
func judge(ended error) (reason string, failed error) {
	switch {
	case ended == nil:
		return "there were as many messages as wanted", nil
	case ended == io.EOF:
		return "the stream ended", nil
	case errors.Is(ended, context.DeadlineExceeded):
		return "it lasted as long as wanted", nil
	case errors.Is(ended, context.Canceled):
		return "interrupted", nil
	}
	return ended.Error(), ended
}

// keptText says what is in a file that could not be written to its end.
func keptText(k recording.Kept) string {
	if k.Messages == 0 {
		return "no message is in it; make room, or record to another place"
	}
	return fmt.Sprintf("%s up to number %d are kept, in %s; make room, or record to another place",
		human.Counted(k.Messages, "message"), k.Next-1, human.Counted(k.Bytes, "byte"))
}

// aboutFile says why a recording's file cannot be had. What fail.At knows to say is about rings.
func aboutFile(path string, err error) error {
	var on *fs.PathError
	advice := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		advice = "; is there a directory " + filepath.Dir(path) + "?"
	case errors.As(err, &on):
		advice = "; choose another place, or have this one put right"
	}
	return fmt.Errorf("%s: %w%s", path, plain(err), advice)
}

// plain is an error without the path that it is about.
func plain(err error) error {
	var on *fs.PathError
	if errors.As(err, &on) {
		return on.Err
	}
	return err
}
