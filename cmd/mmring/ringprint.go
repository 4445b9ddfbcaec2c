package main

import (
	"fmt"
	"io"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/table"
)

// print writes a ring for a person to read.
func (v *ringView) print(out io.Writer) error {
	if err := v.ringTable().Write(out, ""); err != nil {
		return err
	}
	if err := v.printConsumers(out); err != nil {
		return err
	}
	return v.printGroups(out)
}

func (v *ringView) printConsumers(out io.Writer) error {
	switch {
	case v.HeadsError != "":
		_, err := fmt.Fprintf(out, "\nconsumers cannot be seen: %s\n", v.HeadsError)
		return err
	case len(v.Consumers) == 0:
		_, err := fmt.Fprintln(out, "\nno consumers")
		return err
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	return v.consumerTable().Write(out, "")
}

// printGroups writes the groups, if there are any, and why some cannot be seen.
func (v *ringView) printGroups(out io.Writer) error {
	if v.GroupsError != "" {
		_, err := fmt.Fprintf(out, "\ngroups cannot be seen: %s\n", v.GroupsError)
		return err
	}
	if len(v.Groups) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(out); err != nil {
		return err
	}
	err := groupTable(v.Groups).Write(out, "")
	for _, g := range v.Groups {
		if g.Error != "" && err == nil {
			_, err = fmt.Fprintf(out, "\ngroup %s cannot be seen: %s\n", g.Name, g.Error)
		}
	}
	return err
}

func (v *ringView) ringTable() *table.Table {
	t := table.New(table.Left(""), table.Left(""))
	t.Row("ring", fmt.Sprintf("%s   layout %d, id %s", v.Path, v.LayoutVersion, v.RingID))
	t.Row("created", fmt.Sprintf("%s   %s ago", v.Created.Format(time.DateTime), human.Age(time.Since(v.Created))))
	t.Row("capacity", fmt.Sprintf("%v, messages of at most %s aligned to %d", human.Bytes(v.Capacity),
		human.Counted(uint64(v.MaxMessage), "byte"), v.Alignment))
	if v.Schema != "" {
		t.Row("type", v.Schema)
	}
	if v.StallDeadlineNS > 0 {
		t.Row("deadline", fmt.Sprintf("lossless consumers that stall for %v are made lossy", v.StallDeadlineNS))
	}
	t.Row("producer", v.Producer.describe())
	t.Row("published", fmt.Sprintf("%s, tail at %s%s", human.Counted(v.Messages, "message"), human.Count(v.Tail), v.rates()))
	t.Row("readable", fmt.Sprintf("%s, from number %d on", human.Counted(v.Messages-v.OldestSeq, "message"), v.OldestSeq))
	return t
}

func (v *ringView) rates() string {
	if v.Rate == nil || !v.Producer.Alive {
		return ""
	}
	return fmt.Sprintf("   %s, %s MB/s", human.Rate(*v.Rate), human.Short(*v.ByteRate/1e6))
}

func (p *producerView) describe() string {
	text := map[string]string{
		"alive": fmt.Sprintf("alive: process %d, for %s", p.PID, human.Age(time.Since(p.Started))),
		"ended": "none: the last one ended the stream",
		"none":  "none: the last one left the stream open",
	}[p.State]
	if p.BlockedNS > 0 {
		text += fmt.Sprintf("; held up for %s in all", human.Duration(p.BlockedNS))
	}
	if p.Demoted > 0 {
		text += fmt.Sprintf("; made %s lossy", human.Counted(p.Demoted, "consumer"))
	}
	return text
}

func (v *ringView) consumerTable() *table.Table {
	t := table.New(table.Left("CONSUMER"), table.Left("MODE"), table.Left("STATE"), table.Right("RECEIVED"),
		table.Right("RATE"), table.Right("LAG"), table.Right("LOST"))
	for _, c := range v.Consumers {
		t.Row(lookout.Label(c.Name, c.Entry, c.Group), c.Mode, c.state(), human.Count(c.Received), rateText(c.Rate),
			human.Count(c.LagMessages), human.Count(c.Lost))
	}
	return t
}

func (c *consumerView) state() string {
	if !c.Alive {
		return "not running"
	}
	return fmt.Sprintf("alive: process %d", c.PID)
}

// rateText is a rate, if it is known.
func rateText(rate *float64) string {
	if rate == nil {
		return "-"
	}
	return human.Rate(*rate)
}
