//go:build race

package ring

// raceDetector: a lossy consumer, a demoted one, and Latest read what may be overwritten under their eyes, and find out afterwards. No
// happens-before orders that, so the detector reports it, rightly. What it can judge is lossless reading and joining:
// there nothing may be overwritten that somebody reads, and everything read was published before.
const raceDetector = true
