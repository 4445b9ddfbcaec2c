//go:build !race && !stepping

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
