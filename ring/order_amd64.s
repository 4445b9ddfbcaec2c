//go:build !race

#include "textflag.h"

// func pause(n uint32)
TEXT ·pause(SB), NOSPLIT, $0-4
	MOVL	n+0(FP), AX
again:
	PAUSE
	SUBL	$1, AX
	JNZ	again
	RET

// func prefetchWrite(p *byte, lines uint64)
TEXT ·prefetchWrite(SB), NOSPLIT, $0-16
	MOVQ	p+0(FP), AX
	MOVQ	lines+8(FP), CX
line:
	BYTE	$0x0f; BYTE $0x0d; BYTE $0x08	// PREFETCHW (AX)
	ADDQ	$64, AX
	SUBQ	$1, CX
	JNZ	line
	RET
