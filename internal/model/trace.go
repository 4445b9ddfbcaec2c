package model

import "fmt"

// trace tells the way to state n, one line a step.
func (x *explorer) trace(n uint32) []string {
	var path []uint16
	for ; n != 0; n = x.parent[n] {
		path = append(path, x.nth[n])
	}
	st := x.sys.initial(x.automaton)
	for i := range st.procs {
		x.hurry(st, i)
	}
	x.sys.normalize(st)
	var lines []string
	for i := len(path) - 1; i >= 0; i-- {
		a := x.actions(nil, st)[path[i]]
		lines = append(lines, x.describe(st, a))
		x.apply(st, a)
		x.sys.normalize(st)
	}
	return append(lines, x.where(st)...)
}

// where tells what each process is about to do.
func (x *explorer) where(st *state) []string {
	var lines []string
	for i := range st.procs {
		p := &st.procs[i]
		what := "next: " + x.opString(&x.automaton.nodes[p.node].op)
		switch {
		case p.frozen:
			what = "stopped for ever"
		case p.asleep != 0:
			what = "asleep on " + x.sys.name(p.asleep-1)
		case p.node == 0:
			what = "ended"
		}
		lines = append(lines, fmt.Sprintf("-- %s %s", x.sys.procs[i].name, what))
	}
	return lines
}

func (x *explorer) describe(st *state, a action) string {
	p, name := &st.procs[a.proc], x.sys.procs[a.proc].name
	switch a.kind {
	case actDrain:
		s := p.buffer[a.arg]
		return fmt.Sprintf("%-4s ... %s = %d becomes visible", name, x.sys.name(s.at), s.val)
	case actLate:
		l := p.copying[a.arg>>8]
		v, _ := st.atTime(l.at, st.readable(nil, l.at, max(l.from, p.place[l.at]))[a.arg&255])
		return fmt.Sprintf("%-4s ... copy of %s is carried out: %d", name, x.sys.name(l.at), v)
	case actKill:
		return fmt.Sprintf("%-4s is killed before: %s", name, x.opString(&x.automaton.nodes[p.node].op))
	case actFreeze:
		return fmt.Sprintf("%-4s is stopped for ever before: %s", name, x.opString(&x.automaton.nodes[p.node].op))
	case actTimeout:
		return fmt.Sprintf("%-4s sleep runs out", name)
	}
	o := x.automaton.nodes[p.node].op
	after := &state{}
	after.copyFrom(st)
	result := x.result(after, a.proc, &o, a.arg)
	return fmt.Sprintf("%-4s %s%s", name, x.opString(&o), x.resultString(&o, result, after.procs[a.proc].asleep != 0))
}

func (x *explorer) opString(o *op) string {
	orders := [...]string{"plain", "acq", "rel", "xchg", "nt", ""}
	text := ""
	switch o.kind {
	case opLoad:
		text = fmt.Sprintf("%s load %s", orders[o.order], x.sys.name(o.at))
	case opStore, opExchange:
		text = fmt.Sprintf("%s %s = %d", orders[o.order], x.sys.name(o.at), o.val)
	case opCompareAndSwap:
		text = fmt.Sprintf("CAS %s %d -> %d", x.sys.name(o.at), o.val, o.new)
	case opFence:
		text = [...]string{"load fence", "store fence", "fence"}[o.fence]
	case opCopied, opCopy:
		text = "copy"
	case opMembarrier:
		text = "membarrier"
	case opFutexWait:
		text = fmt.Sprintf("FUTEX_WAIT(%s, %d)", x.sys.name(o.at), o.val)
	case opFutexWake:
		text = fmt.Sprintf("FUTEX_WAKE(%s)", x.sys.name(o.at))
	case opLock, opUnlock, opProbe:
		text = [...]string{"lock ", "unlock ", "probe "}[o.kind-opLock] + x.sys.locks[o.at]
	case opChoose:
		text = o.text + "?"
	case opFail:
		text = "fails: " + o.text
	}
	if o.edge != "" {
		text += " (" + o.edge + ")"
	}
	return text
}

func (x *explorer) resultString(o *op, v value, asleep bool) string {
	switch o.kind {
	case opLoad:
		return fmt.Sprintf(" -> %d", v)
	case opCompareAndSwap, opLock, opProbe:
		return [...]string{" -> no", " -> yes"}[v]
	case opChoose:
		return fmt.Sprintf(" %d", v)
	case opFutexWait:
		if asleep {
			return " -> sleeps"
		}
		return " -> at once"
	}
	return ""
}
