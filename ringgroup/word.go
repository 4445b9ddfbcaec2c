package ringgroup

// word is the one 64-bit word that says who has a message. The message with sequence number n has word n mod W of the table,
// W being the window, and shares it with n±W, n±2W and so on; the round tells them apart.
//
//	bits    field    meaning
//	0–8     holder   0: it is finished; 1: it was handed back; 2 + i: the member in slot i has it
//	9–23    again    how often it was given out again, modulo 2^15
//	24–63   round    n / W, modulo 2^40
type word uint64

const (
	holderBits = 9
	againBits  = 15
	roundBits  = 64 - holderBits - againBits

	finished   = 0
	handedBack = 1
	slotZero   = 2

	// MaxMembers is the most members a group can have at one time.
	MaxMembers = 1<<holderBits - slotZero
)

func makeWord(round uint64, again, holder int) word {
	return word(round<<(holderBits+againBits) | uint64(again)%(1<<againBits)<<holderBits | uint64(holder))
}

func (w word) holder() int { return int(w % (1 << holderBits)) }

// slot is whose it is; negative if nobody's.
func (w word) slot() int { return w.holder() - slotZero }

func (w word) again() int { return int(w >> holderBits % (1 << againBits)) }

// with is the word for the same message with another holder.
func (w word) with(holder int) word { return w - word(w.holder()) + word(holder) }

// age is by how many rounds the word is behind; negative if it is ahead.
func (w word) age(round uint64) int64 {
	return int64((round-uint64(w>>(holderBits+againBits)))<<(64-roundBits)) >> (64 - roundBits)
}

// standing is how a message stands, as far as its word says.
type standing int

const (
	over     standing = iota // it is finished
	untaken                  // nobody has had it, and its word is free for it
	crowded                  // nobody has had it, and an older message that is not finished has its word
	held                     // a member has it, dead or alive
	returned                 // a member had it and handed it back
)

// standing says how a message of this round stands.
func (w word) standing(round uint64) standing {
	switch age := w.age(round); {
	case age < 0:
		return over
	case age > 0 && w.holder() == finished:
		return untaken
	case age > 0:
		return crowded
	case w.holder() == finished:
		return over
	case w.holder() == handedBack:
		return returned
	}
	return held
}
