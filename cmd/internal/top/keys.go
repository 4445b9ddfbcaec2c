package top

import "fmt"

// keysLine is the last line: what can be done.
func (m *Model) keysLine() string {
	pause := "pause"
	if m.paused {
		pause = "go on"
	}
	if m.help {
		return faint.Render("any key: back   q quit")
	}
	return faint.Render(fmt.Sprintf("q quit   p %s   s sort: %v   r reverse   ↑↓ select   ? help", pause, m.order.by))
}

const help = `
  q, ctrl-c      quit                     p, space   pause, go on
  s              sort by the next: name, rate, lag, lost, moved
  r              reverse the order        ?, h       this help
  ↑ ↓ k j        select; also page up, page down, home, end

  ●  a process is there: a ring's producer, or the consumer     ○  none is
` + Legend

// Legend explains the columns.
const Legend = `  KIND      a ring's capacity; how a consumer reads: lossless, lossy, joining,
            demoted (was lossless and too slow), parked (a name, no process);
            group 3: a group of consumers, three members of which live
  STATE     of the process PID; held up: the producer waited for consumers
  RATE      messages a second: published, received, finished;  BYTES/s  bytes
  HISTORY   that rate at the last looks; consumers in the scale of their ring
  FILL      what lossless consumers have yet to read, of what the ring can keep:
            at 100% the producer waits. over: it lost messages, untold as yet.
            Of a group: of its window; at 100% all wait for its oldest message
  LAG       messages behind the end;  LOST  messages never seen
  OUT       messages a group has not finished;  AGAIN  those given out again
  MOVED     since its place last changed; > if never since this began
  SINCE     its producer started, the consumer came, or the group was made`

// helpLines is the help, cut to what fits.
func helpLines(height int) []string {
	lines := wrap(help[1:], 200)
	return lines[:min(len(lines), height)]
}
