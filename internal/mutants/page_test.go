package mutants

import (
	"bytes"
	"fmt"
	"strings"
)

const introduction = `# Traps

How a ring like this breaks, and what keeps this one from it. Each trap has the tests that fail when the one thing is taken out that
keeps the library out of it. That they fail is tested too: each thing is taken out of the real source, one at a time, and
compiled; a test that does not notice is an error. [Reliability](reliability.md#traps) says how often that was done.

    go test ./internal/mutants -mutants -timeout 30m                     all of them
    go test ./internal/mutants -mutants -times 3                         each three times, built once
    go test ./internal/mutants -mutants -short                           the first of each trap
    go test ./internal/mutants -mutants -run 'TestMutantsDie/^H21_'      those of one trap

Tests whose names begin with TestStep are built with ` + "`-tags stepping`" + `: they let another party act, or kill the one that acts, before
every single access to shared memory of the real code. *Model* names what [the model](protocol.md#what-is-checked-by-machine) takes out
for the same trap, and finds.

This page is written by ` + "`go test ./internal/mutants -update`" + `.

| trap | what would happen | taken out, and the tests that notice |
|---|---|---|
`

// page is docs/traps.md.
func page() []byte {
	var b bytes.Buffer
	b.WriteString(introduction)
	for _, trap := range Traps {
		var notices []string
		for _, m := range trap.Mutants {
			notices = append(notices, fmt.Sprintf("%s: `%s`", m.Without, strings.Join(strings.Fields(m.Test), "`, `")))
		}
		if trap.Reason != "" {
			notices = append(notices, trap.Reason)
		}
		if len(trap.Model) > 0 {
			notices = append(notices, "*model:* "+strings.Join(trap.Model, "; "))
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", trap.ID, trap.Harm, strings.Join(notices, "<br>"))
	}
	b.WriteString(after)
	return b.Bytes()
}

const after = `
## What these tests cannot show

- The fences of arm64, and on amd64 the one before non-temporal stores: no test on the machines at hand fails without them. That they are in the
  source is tested (H6, H7), what happens without them is the model's.
- A page size above 4 KiB: the sizes are tested (H46), such a system has not been used.
- A machine that crashes between two writes to a disk (part of H47). A ring of an earlier boot that was not closed is refused.
`
