package model

// keeps reports whether a rule of the protocol is in force: always, unless this run is a mutation without it.
func (p *proc) keeps(rule string) bool { return !p.mutation.drops(rule) }

// A mutation is the protocol with something broken.
type mutation struct {
	name    string
	without []string         // edges and rules left out
	weaken  map[string]order // edges with another order
}

func (m *mutation) order(edge string, o order) order {
	if m != nil {
		if w, ok := m.weaken[edge]; ok {
			return w
		}
	}
	return o
}

func (m *mutation) drops(rule string) bool {
	if m != nil {
		for _, r := range m.without {
			if r == rule {
				return true
			}
		}
	}
	return false
}
