// Workers shares jobs out among processes. One of them is killed in the middle of a job; its jobs are given to the others, and every job
// is done at least once.
//
//	go run ./examples/workers
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

func main() {
	log.SetFlags(0)
	jobs := flag.Int("jobs", 20, "how many jobs to do")
	each := flag.Duration("each", 50*time.Millisecond, "how long a job takes")
	flag.Parse()
	var err error
	switch flag.NArg() {
	case 0:
		err = employ(*jobs, *each, os.Stdout)
	case 2: // as it starts itself
		err = work(flag.Arg(0), flag.Arg(1), *each, os.Stdout)
	default:
		err = fmt.Errorf("workers takes no arguments, not %q", flag.Args())
	}
	if err != nil {
		log.Fatal(err)
	}
}

// work does jobs until there are no more. The unlucky worker dies in the middle of its first, with a second one taken.
func work(name, path string, each time.Duration, out io.Writer) error {
	m, err := ringgroup.Join(path, ringgroup.Options{Group: "workers"})
	if err != nil {
		return err
	}
	defer m.Close()
	fmt.Fprintln(out, "ready")
	for {
		job, err := m.Next(context.Background())
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if name == "unlucky" {
			last := fmt.Sprintf("dies in the middle of %s", job.Payload)
			if job, err = m.Next(context.Background()); err != nil {
				return err
			}
			fmt.Fprintf(out, "%s, with %s taken\n", last, job.Payload)
			time.Sleep(time.Hour) // killed here
		}
		again := ""
		if job.Redelivered > 0 {
			again = ", which another had taken"
		}
		fmt.Fprintf(out, "does %s%s\n", job.Payload, again)
		time.Sleep(each)
		if err := m.Done(job.Seq); err != nil { // after the work: dying in between means that it is done again
			return err
		}
	}
}

// employ makes a ring of jobs and three workers, and sees that every job is done.
func employ(jobs int, each time.Duration, out io.Writer) error {
	dir, err := os.MkdirTemp("/dev/shm", "workers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "jobs")
	producer, err := ring.Create(path, ring.Options{})
	if err != nil {
		return err
	}
	defer producer.Close()

	b := &board{out: out, each: each}
	unlucky, err := b.start("unlucky", path)
	if err != nil {
		return err
	}
	if err := unlucky.await(unlucky.ready); err != nil {
		return err
	}
	if err := publish(producer, 0, 2); err != nil { // it alone is there, so it gets these two
		return err
	}
	if err := unlucky.await(unlucky.dying); err != nil {
		return err
	}
	first, err1 := b.start("worker", path)
	second, err2 := b.start("worker", path)
	if err := errors.Join(err1, err2, publish(producer, 2, jobs)); err != nil {
		return err
	}
	err = producer.Close() // no more jobs
	for _, w := range []*worker{first, second, unlucky} {
		err = errors.Join(err, w.wait())
	}
	if err != nil {
		return err
	}
	return b.report(path)
}

func publish(p *ring.Producer, from, to int) error {
	for n := from; n < to; n++ {
		if err := p.Append(0, fmt.Appendf(nil, "job %d", n)); err != nil {
			return err
		}
	}
	return p.Flush()
}

// board is where all that workers say is written, line by line.
type board struct {
	mu   sync.Mutex
	out  io.Writer
	each time.Duration
}

// worker is a process.
type worker struct {
	cmd   *exec.Cmd
	ready chan struct{}
	dying chan struct{}
	ended chan struct{}
	fate  bool // it is to be killed
}

// start starts a worker, and kills it when it says that it dies.
func (b *board) start(name, path string) (*worker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-each", b.each.String(), name, path)
	cmd.Stderr = os.Stderr
	lines, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w := &worker{cmd: cmd, ready: make(chan struct{}), dying: make(chan struct{}), ended: make(chan struct{}), fate: name == "unlucky"}
	go b.follow(w, lines)
	return w, nil
}

func (b *board) follow(w *worker, lines io.Reader) {
	defer close(w.ended)
	for s := bufio.NewScanner(lines); s.Scan(); {
		switch line := s.Text(); {
		case line == "ready":
			close(w.ready)
		case strings.HasPrefix(line, "dies"):
			b.say(w, line)
			w.cmd.Process.Kill() // kill -9: it cannot say goodbye
			close(w.dying)
		default:
			b.say(w, line)
		}
	}
}

func (b *board) say(w *worker, line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fmt.Fprintf(b.out, "worker %d %s\n", w.cmd.Process.Pid, line)
}

// await waits until a worker has come so far.
func (w *worker) await(far chan struct{}) error {
	select {
	case <-far:
		return nil
	case <-w.ended:
		return errors.New("the first worker has ended before its time")
	}
}

// wait waits for the end of a worker.
func (w *worker) wait() error {
	<-w.ended
	err := w.cmd.Wait()
	if w.fate {
		return nil
	}
	return err
}

// report says what the group has done.
func (b *board) report(path string) error {
	groups, err := ringgroup.Observe(path)
	for _, g := range groups {
		fmt.Fprintf(b.out, "%d jobs done, %d of them begun twice, %d lost\n", g.Done, g.Redelivered, g.Lost)
	}
	return err
}
