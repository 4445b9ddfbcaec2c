//go:build linux

package transport

// unpinned is a transport whose parties the scheduler puts where it likes, as it does with most programs. It may put two that take turns
// on one core, where waking the other one takes no interrupt.
type unpinned struct{ Transport }

func (u unpinned) Info() Info {
	i := u.Transport.Info()
	i.PinnedTwin = i.Name
	i.Name += "-free"
	i.Title += ", not pinned"
	i.Free = true
	return i
}

// twins is a list of transports, with the first of them unpinned too.
func twins(all []Transport) []Transport {
	return append([]Transport{all[0], unpinned{all[0]}}, all[1:]...)
}
