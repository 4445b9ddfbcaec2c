//go:build !linux || !(amd64 || arm64)

package mmapfile

// Here a fault ends the process.

func (m *Mapping) register()   { m.region = &region{} }
func (m *Mapping) unregister() {}
