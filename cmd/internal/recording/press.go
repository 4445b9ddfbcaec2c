package recording

import (
	"errors"
	"os"
	"sync"
	"time"

	"github.com/mmring/mmring/cmd/internal/mcap"
)

// Kept is what is whole in a file.
type Kept struct {
	Messages, Lost uint64
	Bytes          uint64 // of the file
	Next           uint64 // seq after the last message or loss
}

// job is a chunk to be written, and what was lost meanwhile.
type job struct {
	chunk *mcap.Chunk
	loss  loss
	next  uint64
	done  chan struct{} // to be closed; there is no chunk then
}

// press compresses and writes chunks, on a goroutine of its own, so that receiving goes on meanwhile.
type press struct {
	out  *os.File
	file *mcap.Writer
	sync bool

	jobs  chan job
	free  chan *mcap.Chunk
	ended chan struct{}

	mu     sync.Mutex
	kept   Kept
	failed error
}

func newPress(file *os.File, about About, o Options) (*press, error) {
	w, err := mcap.NewWriter(file, profile, library, o.Compression)
	if err != nil {
		return nil, err
	}
	if err := w.WriteMetadata(&mcap.Metadata{Name: beginName, Pairs: about.pairs()}); err != nil {
		return nil, err
	}
	p := &press{out: file, file: w, sync: o.Sync, jobs: make(chan job, inFlight), free: make(chan *mcap.Chunk, inFlight),
		ended: make(chan struct{}), kept: Kept{Bytes: w.Offset(), Next: about.FirstSeq}}
	for range inFlight - 1 {
		p.free <- &mcap.Chunk{}
	}
	go p.run()
	return p, nil
}

// run does the jobs until there are no more. After a failure nothing more is written.
func (p *press) run() {
	defer close(p.ended)
	for j := range p.jobs {
		if j.done != nil {
			close(j.done)
			continue
		}
		if p.failure() == nil {
			p.settle(j, p.write(j))
		}
		j.chunk.Reset()
		p.free <- j.chunk
	}
}

func (p *press) write(j job) error {
	if err := p.file.WriteChunk(j.chunk); err != nil {
		return err
	}
	if j.loss.messages > 0 {
		if err := p.file.WriteMetadata(j.loss.record(time.Now())); err != nil {
			return err
		}
	}
	if p.sync {
		return p.out.Sync()
	}
	return nil
}

// settle takes note of what a job has come to.
func (p *press) settle(j job, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed = err; err == nil {
		p.kept.Messages += j.chunk.Messages()
		p.kept.Lost += j.loss.messages
		p.kept.Bytes, p.kept.Next = p.file.Offset(), j.next
	}
}

func (p *press) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

func (p *press) state() Kept {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept
}

// finish ends the file, after run has. A half-written chunk is taken away first: without it there may be room for the summary.
func (p *press) finish(end *mcap.Metadata) error {
	defer p.out.Close()
	failed := p.failure()
	if failed != nil {
		end.Pairs["reason"] = "a write failed: " + failed.Error()
		if err := p.retreat(); err != nil {
			return errors.Join(failed, err)
		}
	}
	err := p.summarize(end)
	if err != nil { // it is readable without
		err = errors.Join(err, p.retreat())
	}
	if failed != nil {
		return failed
	}
	return err
}

func (p *press) summarize(end *mcap.Metadata) error {
	if err := p.file.WriteMetadata(end); err != nil {
		return err
	}
	if err := p.file.Close(); err != nil {
		return err
	}
	if p.sync {
		if err := p.out.Sync(); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept.Bytes = p.file.Offset()
	return nil
}

// retreat takes away what was written since the file was whole.
func (p *press) retreat() error {
	whole := p.state().Bytes
	if err := p.out.Truncate(int64(whole)); err != nil {
		return err
	}
	if _, err := p.out.Seek(int64(whole), 0); err != nil {
		return err
	}
	p.file.Rewind(whole)
	return nil
}
