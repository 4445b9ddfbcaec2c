//go:build !race

#include "textflag.h"

// func fullFence()
TEXT ·fullFence(SB), NOSPLIT, $0-0
	DMB	$0xb	// ISH
	RET

// func loadFence()
TEXT ·loadFence(SB), NOSPLIT, $0-0
	DMB	$0x9	// ISHLD
	RET

// func pause(n uint32)
TEXT ·pause(SB), NOSPLIT, $0-4
	MOVWU	n+0(FP), R0
again:
	ISB	$15
	SUBW	$1, R0
	CBNZW	R0, again
	RET

// func prefetchWrite(p *byte, lines uint64)
TEXT ·prefetchWrite(SB), NOSPLIT, $0-16
	MOVD	p+0(FP), R0
	MOVD	lines+8(FP), R1
line:
	PRFM	(R0), PSTL1KEEP
	ADD	$64, R0
	SUB	$1, R1
	CBNZ	R1, line
	RET
