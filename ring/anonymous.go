package ring

import (
	"errors"
	"fmt"
	"os"

	"github.com/mmring/mmring/mmapfile"
)

// CreateAnonymous makes a ring without a name: nobody finds it but those it is handed to, by inheritance or over a Unix
// socket; see Producer.Files. Its memory is sealed: it can never be cut off, and nobody but this process can ever map the stream writable, so
// it cannot be resumed by another producer. It is gone when the last process that has it is.
func CreateAnonymous(o Options) (*Producer, error) {
	p, err := createAnonymous(&o)
	if err != nil {
		return nil, fmt.Errorf("create anonymous ring: %w", err)
	}
	return p, nil
}

func createAnonymous(o *Options) (p *Producer, err error) {
	g, err := o.geometry()
	if err != nil {
		return nil, err
	}
	f := &files{ringID: randomID(), headsID: randomID()}
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	if f.stream, err = mmapfile.Anonymous("mmring", g.streamSize()); err != nil {
		return nil, err
	}
	if err := f.initialise(o, &g); err != nil {
		return nil, err
	}
	memory, err := mmapfile.Anonymous("mmring.heads", g.headsSize())
	if err != nil {
		return nil, err
	}
	if err := f.mapHeads(memory, &g); err != nil {
		return nil, errors.Join(err, memory.Close())
	}
	writeHeadsIdentity(f.headsMem.Bytes(), f.ringID, f.headsID)
	if err := f.seal(); err != nil {
		return nil, err
	}
	p = newProducer(f, g, o)
	return p, p.start()
}

// seal makes sure that no consumer can cut the memory off, write the stream, or keep others from mapping the heads.
func (f *files) seal() error {
	const size = mmapfile.SealShrink | mmapfile.SealGrow | mmapfile.SealSeal
	return errors.Join(f.stream.Seal(size|mmapfile.SealFutureWrite), f.heads.Seal(size))
}

// Files returns the ring's two files, opened anew, to hand to another process: the stream, read-only, and the heads. Give them
// to a child as exec.Cmd.ExtraFiles, or send them over a Unix socket; OpenFiles makes a consumer of them there. The caller
// closes them. A receiver that is given the stream alone reads lossy.
func (p *Producer) Files() ([]*os.File, error) {
	if p.isClosing() {
		return nil, ErrClosed
	}
	stream, err := p.files.stream.Handout(mmapfile.ReadOnly)
	if err != nil {
		return nil, err
	}
	if p.files.heads == nil {
		stream.Close()
		return nil, errHeadsLost
	}
	heads, err := p.files.heads.Handout(mmapfile.ReadWrite)
	if err != nil {
		stream.Close()
		return nil, err
	}
	return []*os.File{stream, heads}, nil
}

// OpenFiles makes a consumer of a ring whose files this process was given: descriptor numbers of the stream and, unless it
// is negative, of the heads file. A child finds what was passed as ExtraFiles from descriptor 3 on. The descriptors stay the
// caller's and may be closed afterwards.
func OpenFiles(stream, heads int, o ConsumerOptions) (*Consumer, error) {
	c, err := openDescriptors(stream, heads, o)
	if err != nil {
		return nil, fmt.Errorf("open ring on descriptors %d and %d: %w", stream, heads, err)
	}
	return c, nil
}

func openDescriptors(stream, heads int, o ConsumerOptions) (*Consumer, error) {
	file, err := mmapfile.Reopen(uintptr(stream), mmapfile.ReadOnly)
	if err != nil {
		return nil, err
	}
	f := &files{stream: file, streamLocks: file}
	c, err := openFiles(f, o, func(g *geometry, access mmapfile.Access) error {
		if heads < 0 {
			return ErrHeadsReadOnly
		}
		file, err := mmapfile.Reopen(uintptr(heads), access)
		if err != nil {
			return err
		}
		if err = f.adoptHeads(file, g); err != nil {
			file.Close()
		}
		return err
	})
	if err != nil {
		f.close()
		return nil, err
	}
	return c, nil
}
