package torture

import "unsafe"

const boardSize = int(unsafe.Sizeof(board{}))

// asBoard lays the board over mapped memory, which is page-aligned and of that size.
func asBoard(mem []byte) *board { return (*board)(unsafe.Pointer(&mem[:boardSize][0])) }

func asBytes(b *board) []byte { return unsafe.Slice((*byte)(unsafe.Pointer(b)), boardSize) }
