package demo

import (
	"fmt"
	"io"
	"strings"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/table"
)

// Print writes the report for a person to read.
func (r *Report) Print(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "A producer process sent %s of %d bytes, one at a time,\nthrough a ring in shared memory to %s:\n\n",
		human.Counted(r.Ring.Published, "message"), r.Size, processes(len(r.Ring.Consumers)))
	r.table().Write(&text, "  ")
	text.WriteString("\n" + r.verdict() + "\n\n" + r.legend() + "\n\n" + r.comparison() + "\n")
	_, err := io.WriteString(out, text.String())
	return err
}

func (r *Report) table() *table.Table {
	t := table.New(table.Left("consumer"), table.Left("mode"), table.Right("received"), table.Right("lost"), table.Right("rate"),
		table.Right("p50"), table.Right("p99"), table.Right("max"))
	for _, c := range r.Ring.Consumers {
		t.Row(human.Count(uint64(c.Consumer)), c.Mode, human.Count(c.Received), human.Count(c.Lost), human.Rate(c.Rate),
			human.Duration(c.Latency.P50), human.Duration(c.Latency.P99), human.Duration(c.Latency.Max))
	}
	return t
}

// verdict says whether all went well, and what the two modes mean.
func (r *Report) verdict() string {
	if !r.OK {
		return "SOMETHING WENT WRONG:" + r.wrongs()
	}
	text := "Every byte was checked: all that was received is intact and in order. The producer\n" +
		"waits for a lossless consumer, so that it loses nothing."
	if len(r.Ring.Consumers) > 1 {
		text += " It never waits for a lossy\none: this one naps now and then on purpose, and was told exactly what it lost."
	}
	return text
}

// wrongs names the consumers that did not get what was sent.
func (r *Report) wrongs() (text string) {
	for _, t := range []*Transported{&r.Ring, &r.Socket} {
		for _, c := range t.Consumers {
			if !c.OK {
				text += fmt.Sprintf("\n%s consumer %d received %s and lost %s of %s, and %s damaged or out of order",
					c.Mode, c.Consumer, human.Count(c.Received), human.Count(c.Lost), human.Count(t.Published), human.Count(c.Wrong))
			}
		}
	}
	return text
}

func (r *Report) legend() string {
	return fmt.Sprintf(`rate           messages a second at full speed, for %.1f s
p50, p99, max  the latency: within that time half of the messages, 99 %% and all had
               been received, when sent at an even %s. (At full speed the ring is
               always full, and a latency would only say how large it is.)`, r.Ring.Seconds, human.Rate(float64(r.Pace)))
}

// comparison is the line about the sockets, with the latencies of the slowest consumer.
func (r *Report) comparison() string {
	slowest := Latency{}
	for _, c := range r.Socket.Consumers {
		slowest.P50, slowest.P99 = max(slowest.P50, c.Latency.P50), max(slowest.P99, c.Latency.P99)
	}
	return fmt.Sprintf("The same over Unix sockets: %s, p50 %s, p99 %s. The ring is %.1f times as fast.",
		human.Rate(r.Socket.Rate), human.Duration(slowest.P50), human.Duration(slowest.P99), r.Ratio)
}

func processes(n int) string {
	if n == 1 {
		return "one consumer process"
	}
	return fmt.Sprintf("%d consumer processes", n)
}
