//go:build linux

package worker

import "github.com/mmring/mmring/bench/internal/transport"

// newDetached makes a party that is connected to nothing.
func newDetached(job *Job) *party {
	return &party{job: job, end: &transport.End{Shape: job.Shape}}
}
