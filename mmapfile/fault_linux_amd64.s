#include "go_asm.h"
#include "textflag.h"

#define SYS_mmap	9
#define MAP_ANYWAY	0x4032	// MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE
#define mostFaults	1000	// of one mapping, by several threads at once: more are no truncation

// The kernel calls this in C's way: DI is the signal, SI the siginfo, DX the context, and on the stack is the way back. It puts
// every register back as it was, so none has to be kept but those three, for the next handler.
TEXT ·onBus(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVL	8(SI), AX	// si_code
	TESTL	AX, AX
	JLE	pass		// sent by a process: there is no address
	MOVQ	16(SI), R8	// si_addr
	MOVQ	·regions(SB), BX

look:
	TESTQ	BX, BX
	JZ	pass
	MOVQ	region_version(BX), CX
	MOVQ	region_base(BX), R12
	MOVQ	region_size(BX), R13
	MOVQ	region_prot(BX), R14
	CMPQ	CX, region_version(BX)
	JNE	look
	TESTQ	$1, CX
	JNZ	next
	MOVQ	R8, AX
	SUBQ	R12, AX
	CMPQ	AX, R13
	JCS	found		// base <= address < base + size
next:
	MOVQ	region_next(BX), BX
	JMP	look

found:
	MOVL	$1, AX
	LOCK
	XADDL	AX, region_faults(BX)
	CMPL	AX, $mostFaults
	JHI	pass
	LOCK
	INCL	·faults(SB)	// before anybody can see the zeros
	MOVQ	DI, BX
	MOVQ	SI, BP
	MOVQ	DX, R15
	MOVQ	R12, DI
	MOVQ	R13, SI
	MOVQ	R14, DX
	MOVQ	$MAP_ANYWAY, R10
	MOVQ	$-1, R8
	MOVQ	$0, R9
	MOVL	$SYS_mmap, AX
	SYSCALL
	CMPQ	AX, $-4095
	JCC	failed
	RET
failed:
	MOVQ	BX, DI
	MOVQ	BP, SI
	MOVQ	R15, DX
pass:
	MOVQ	·oldHandler(SB), AX
	JMP	AX

// func onBusAddress() uintptr
TEXT ·onBusAddress(SB), NOSPLIT, $0-8
	LEAQ	·onBus(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
