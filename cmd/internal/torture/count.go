package torture

// A count is a kind of thing that happens, counted by workers on the board and by the conductor.
type count int

const (
	countPublished count = iota
	countBytes
	countPublish
	countTry
	countContext
	countBatches
	countClaims
	countShort
	countAborts
	countFull
	countGaveUp
	countNaps
	countStarts
	countCloses

	countReceived
	countReceivedBytes
	countLost
	countLaps
	countDemotedTold
	countJoins
	countLeaves
	countResumes
	countRepeated
	countAcks
	countSeeks
	countEnds
	countPolled
	countViewed
	countTyped
	countReadOnly
	countManual
	countLatest
	countLagged

	countStopsProducer
	countStopsConsumer
	countHeld
	countZombies
	countDemoted
	countFreed
	countUntold
	numCounts
)

// kind describes a count in reports. Needed kinds must happen, or the run proves less than it says.
type kind struct {
	key, text string
	needed    bool
}

var kinds = [numCounts]kind{
	countPublished: {"published", "messages published", true},
	countBytes:     {"published_bytes", "bytes published", true},
	countPublish:   {"publish", "by Publish", true},
	countTry:       {"try_publish", "by TryPublish", true},
	countContext:   {"publish_context", "by PublishContext", true},
	countBatches:   {"batches", "batches", true},
	countClaims:    {"claims", "claims committed", true},
	countShort:     {"claims_short", "of them, committed shorter than claimed", true},
	countAborts:    {"claims_aborted", "claims aborted", true},
	countFull:      {"full", "calls that found the ring full", true},
	countGaveUp:    {"gave_up", "calls that gave up waiting for space", true},
	countNaps:      {"producer_naps", "pauses of the producer", true},
	countStarts:    {"producer_starts", "producer starts", true},
	countCloses:    {"producer_closes", "streams ended and resumed or finished", true},

	countReceived:      {"received", "messages received, every byte checked", true},
	countReceivedBytes: {"received_bytes", "bytes received", true},
	countLost:          {"lost", "messages lost and told exactly", true},
	countLaps:          {"laps", "laps", true},
	countDemotedTold:   {"demotions_told", "demotions told to consumers", true},
	countJoins:         {"joins", "joins", true},
	countLeaves:        {"leaves", "leaves", true},
	countResumes:       {"resumes", "resumptions of named consumers", true},
	countRepeated:      {"repeated", "messages repeated after a kill, unacknowledged", true},
	countAcks:          {"acks", "explicit acknowledgements", true},
	countSeeks:         {"seeks", "seeks", true},
	countEnds:          {"ends", "ends of the stream seen", true},
	countPolled:        {"polled", "messages by Poll", true},
	countViewed:        {"viewed", "messages by View, checked before and after", true},
	countTyped:         {"typed", "messages of a type", true},
	countReadOnly:      {"read_only", "messages to a consumer without write permission", true},
	countManual:        {"manual", "messages under ManualAck", true},
	countLatest:        {"latest", "calls of Latest", true},
	countLagged:        {"lag", "calls of Lag", true},

	countStopsProducer: {"producer_stops", "SIGSTOP of the producer", true},
	countStopsConsumer: {"consumer_stops", "SIGSTOP of a consumer", true},
	countHeld:          {"held", "workers held at a chosen instant and let go", true},
	countZombies:       {"zombies", "killed and not reaped until later", true},
	countDemoted:       {"demoted", "consumers demoted by the stall deadline", true},
	countUntold:        {"losses_untold", "losses that a process found and ended before it was told", false},
	countFreed:         {"freed", "gates of the dead lifted", true},
}
