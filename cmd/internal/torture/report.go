package torture

import (
	"encoding/json"
	"time"
)

// Report is what a run did, and what it found.
type Report struct {
	Seed      uint64
	Asked     time.Duration
	Took      time.Duration
	Rings     int
	Kills     map[string]map[string]uint64 // of producers and consumers, by what they were doing
	Missing   []string                     // what should have happened in this time and did not
	Violation *Violation
	OK        bool

	totals [numCounts]uint64
}

// Violation is a broken guarantee, and how it came to that.
type Violation struct {
	Text    string   `json:"text"`
	Ring    string   `json:"ring"`
	History []string `json:"history"`
}

const (
	ofProducer = "producer"
	ofConsumer = "consumer"
)

func newReport(o Options) *Report {
	return &Report{Seed: o.Seed, Asked: o.Duration, Kills: map[string]map[string]uint64{ofProducer: {}, ofConsumer: {}}}
}

func (r *Report) killed(a *actor, at phase) {
	who := ofConsumer
	if a.part.Attempt > 0 {
		who = ofProducer
	}
	r.Kills[who][at.String()]++
}

func (r *Report) allKills() (n uint64) {
	for _, kills := range r.Kills {
		for _, k := range kills {
			n += k
		}
	}
	return n
}

// neededKills must happen in a run that is long enough.
var neededKills = map[string][]phase{
	ofProducer: {phaseOpening, phaseBetween, phasePublish, phaseAppend, phaseBatch, phaseFlush, phaseClaim, phaseClaimed, phaseClosing},
	ofConsumer: {phaseOpening, phaseRead, phaseHandle, phaseAck, phaseSeek, phaseLatest, phaseClosing},
}

// conclude judges the run.
func (r *Report) conclude(took time.Duration) {
	r.Took = took
	if r.Asked >= telling && r.Violation == nil {
		r.Missing = r.missing()
	}
	r.OK = r.Violation == nil && len(r.Missing) == 0
}

func (r *Report) missing() (names []string) {
	for i, k := range kinds {
		if k.needed && r.totals[i] == 0 && !excused(count(i)) {
			names = append(names, k.text)
		}
	}
	for who, phases := range neededKills {
		for _, at := range phases {
			if r.Kills[who][at.String()] == 0 {
				names = append(names, "kills of a "+who+" "+at.String())
			}
		}
	}
	return names
}

// MarshalJSON writes the report with every count under its name.
func (r *Report) MarshalJSON() ([]byte, error) {
	counts := map[string]uint64{}
	for i, k := range kinds {
		counts[k.key] = r.totals[i]
	}
	return json.Marshal(struct {
		Seed      uint64                       `json:"seed"`
		Seconds   float64                      `json:"seconds"`
		Rings     int                          `json:"rings"`
		Kills     map[string]map[string]uint64 `json:"kills"`
		Counts    map[string]uint64            `json:"counts"`
		Missing   []string                     `json:"missing,omitempty"`
		Violation *Violation                   `json:"violation,omitempty"`
		OK        bool                         `json:"ok"`
	}{r.Seed, r.Took.Seconds(), r.Rings, r.Kills, counts, r.Missing, r.Violation, r.OK})
}
