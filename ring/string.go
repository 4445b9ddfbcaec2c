package ring

// What fmt prints of a handle is whose it is, not its memory.

func (p *Producer) String() string { return "producer of " + p.files.name() }
func (c *Consumer) String() string { return "consumer of " + c.files.name() }
func (o *Observer) String() string { return "observer of " + o.files.name() }

// name is what messages call the ring.
func (f *files) name() string {
	if f.path == "" {
		return "an anonymous ring"
	}
	return "ring " + f.path
}
