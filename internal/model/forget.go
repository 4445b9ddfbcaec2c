package model

// forget folds stores that can no longer be read around, so that equal memories look equal, and limits how early a
// load can be. views are those of all processes that still run.
func (m *memory) forget(views []*view) {
	for i := 0; i < len(m.recent); {
		if len(m.recent) > early || m.seenByAll(i, views) {
			m.fold(i, views)
			i = 0
			continue
		}
		i++
	}
	for _, v := range views {
		v.read = max(v.read, v.after)
		v.released = max(v.released, v.after)
		for at, t := range v.place {
			if t <= v.after {
				v.place[at] = 0
				continue
			}
			_, v.place[at] = m.atTime(place(at), t)
		}
	}
}

// seenByAll reports whether store i is the oldest to its place and no load can return what was there before it.
func (m *memory) seenByAll(i int, views []*view) bool {
	at, t := m.recent[i].at, uint8(i+1)
	for _, older := range m.recent[:i] {
		if older.at == at {
			return false
		}
	}
	for _, v := range views {
		if max(v.after, v.place[at]) < t {
			return false
		}
		for _, l := range v.copying {
			if l.at == at && !l.done && l.from < t {
				return false
			}
		}
	}
	return true
}

func (m *memory) fold(i int, views []*view) {
	m.oldest[m.recent[i].at] = m.recent[i].val
	m.recent = append(m.recent[:i], m.recent[i+1:]...)
	earlier := func(t *uint8) {
		if int(*t) > i {
			*t--
		}
	}
	for _, v := range views {
		earlier(&v.after)
		earlier(&v.read)
		earlier(&v.released)
		for at := range v.place {
			earlier(&v.place[at])
		}
		for k := range v.copying {
			earlier(&v.copying[k].from)
		}
	}
}
