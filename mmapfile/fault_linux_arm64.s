#include "go_asm.h"
#include "textflag.h"

#define SYS_mmap	222
#define MAP_ANYWAY	0x4032	// MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE
#define mostFaults	1000	// of one mapping, by several threads at once: more are no truncation

// The kernel calls this in C's way: R0 is the signal, R1 the siginfo, R2 the context, R30 the way back. It puts every register
// back as it was, so none has to be kept but those, for the next handler.
TEXT ·onBus(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVW	8(R1), R3	// si_code
	CMPW	$0, R3
	BLE	pass		// sent by a process: there is no address
	MOVD	16(R1), R6	// si_addr
	MOVD	$·regions(SB), R7
	LDAR	(R7), R7

look:
	CBZ	R7, pass
	MOVD	$region_version(R7), R9
	LDAR	(R9), R10
	MOVD	region_base(R7), R11
	MOVD	region_size(R7), R12
	MOVD	region_prot(R7), R13
	DMB	$0x9		// ISHLD
	MOVD	(R9), R14
	CMP	R10, R14
	BNE	look
	TBNZ	$0, R10, next
	SUB	R11, R6, R14
	CMP	R12, R14
	BLO	found		// base <= address < base + size
next:
	MOVD	region_next(R7), R7
	B	look

found:
	MOVD	$region_faults(R7), R9
count:
	LDAXRW	(R9), R14
	ADDW	$1, R14, R15
	STLXRW	R15, (R9), R16
	CBNZW	R16, count
	CMPW	$mostFaults, R14
	BHI	pass
	MOVD	$·faults(SB), R9
countAll:			// before anybody can see the zeros
	LDAXRW	(R9), R14
	ADDW	$1, R14, R14
	STLXRW	R14, (R9), R16
	CBNZW	R16, countAll
	MOVD	R0, R19
	MOVD	R1, R20
	MOVD	R2, R21
	MOVD	R11, R0
	MOVD	R12, R1
	MOVD	R13, R2
	MOVD	$MAP_ANYWAY, R3
	MOVD	$-1, R4
	MOVD	$0, R5
	MOVD	$SYS_mmap, R8
	SVC
	CMN	$4095, R0
	BHS	failed
	RET
failed:
	MOVD	R19, R0
	MOVD	R20, R1
	MOVD	R21, R2
pass:
	MOVD	·oldHandler(SB), R9
	JMP	(R9)

// func onBusAddress() uintptr
TEXT ·onBusAddress(SB), NOSPLIT, $0-8
	MOVD	$·onBus(SB), R0
	MOVD	R0, ret+0(FP)
	RET
