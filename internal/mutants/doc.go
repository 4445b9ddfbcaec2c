// Package mutants holds the library against the ways in which a ring like this is known to break. Each trap has mutants: the
// library's own source with the one thing taken out that keeps it out of the trap, and the tests that must then fail. A mutant that lives is
// an error, and so is one whose source has changed.
//
// Nothing is changed on disk: a mutant is compiled with go build's -overlay.
//
//	go test ./internal/mutants                                        the table fits the source, the tests and docs/traps.md
//	go test ./internal/mutants -mutants                               all mutants, some minutes
//	go test ./internal/mutants -mutants -run 'TestMutantsDie/H21'     those of one trap
//	go test ./internal/mutants -mutants -parallel 1                   one at a time
//	go test ./internal/mutants -mutants -times 3                      each is to die three times
//	go test ./internal/mutants -update                                write docs/traps.md
package mutants
