module github.com/mmring/mmring/bench

go 1.25.0

require github.com/mmring/mmring v0.0.0

replace github.com/mmring/mmring => ../
