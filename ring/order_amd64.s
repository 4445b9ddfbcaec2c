//go:build !race && !stepping

#include "textflag.h"

// func pause(n uint32)
TEXT ·pause(SB), NOSPLIT, $0-4
	MOVL	n+0(FP), AX
again:
	PAUSE
	SUBL	$1, AX
	JNZ	again
	RET

// func prefetchLines(p *uint64, lines uint64)
TEXT ·prefetchLines(SB), NOSPLIT, $0-16
	MOVQ	p+0(FP), AX
	MOVQ	lines+8(FP), CX
more:
	BYTE	$0x0f; BYTE $0x0d; BYTE $0x08	// PREFETCHW (AX)
	ADDQ	$64, AX
	SUBQ	$1, CX
	JNZ	more
	RET

// func prefetchLine(p *uint64)
TEXT ·prefetchLine(SB), NOSPLIT, $0-8
	MOVQ p+0(FP), AX
	PREFETCHT0 (AX)
	RET
