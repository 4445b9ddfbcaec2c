package ring

import (
	"fmt"
	"go/ast"
	"maps"
	"os/exec"
	"slices"
	"testing"
)

// Does the wall clock, which may be set, enter any decision? It is read where the place and time of birth are written, for display, and
// nowhere else; all waiting goes by differences of time.Now, which the monotonic clock gives.
func TestWallClockIsForDisplay(t *testing.T) {
	display := []string{"announceStart", "consumer", "introduce", "snapshot", "writeIdentity"}
	wall := []string{"Unix", "UnixMilli", "UnixMicro", "UnixNano", "Round", "Truncate", "Date", "Before", "After", "Equal", "Compare", "AppendFormat", "Format"}
	_, files := parsed(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		timed := false
		for _, imported := range files[name].Imports {
			timed = timed || imported.Path.Value == `"time"`
		}
		for _, d := range files[name].Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !timed || slices.Contains(display, f.Name.Name) {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if of, ok := s.X.(*ast.Ident); ok && of.Name == "time" && s.Sel.Name == "After" { // a timer, not a comparison
					return true
				}
				if slices.Contains(wall, s.Sel.Name) {
					t.Errorf("%s, %s: .%s looks at the wall clock", name, f.Name.Name, s.Sel.Name)
				}
				return true
			})
		}
	}
}

// Does a consumer whose clocks are a million seconds away from the producer's read, sleep and wake?
func TestPidNamespaceOfTime(t *testing.T) {
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("no unshare: ", err)
	}
	if err := exec.Command(unshare, "--time", "--fork", "--monotonic", "1000000", "true").Run(); err != nil {
		t.Skip("no time namespaces: ", err)
	}
	path := ringPath(t)
	p := produce(t, path, Options{StallDeadline: patience})
	child := newChild(t, "sleep", path)
	child.cmd.Args = append([]string{unshare, "--time", "--fork", "--monotonic", "1000000", "--kill-child", child.cmd.Path}, child.cmd.Args[1:]...)
	child.cmd.Path = unshare
	child.start()
	check(t, p.WaitConsumers(patient(t), 1))
	for i := range 100 {
		publishTexts(t, p, fmt.Sprint("message ", i))
		child.expect(fmt.Sprint("message ", i))
	}
	check(t, p.Close())
	child.expect("end")
	child.succeed()
}
