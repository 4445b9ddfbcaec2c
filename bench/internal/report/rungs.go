//go:build linux

package report

import "github.com/mmring/mmring/bench/internal/lab"

// rung is a step of the ladder, and what lies between it and the next.
type rung struct{ title, gap string }

// Language is what a document's ladder is written in.
type Language string

// The languages that the ladder is written in.
const (
	English Language = "en"
	Chinese Language = "zh"
)

var rungTexts = map[Language]map[string]rung{
	English: {
		"tcp": {
			"TCP loopback, both sleep",
			"TCP and IP: segments, acknowledgements, a pass through the network stack",
		},
		"unix-stream": {
			"Unix socket, both sleep",
			"the kernel's way for data: two calls, two copies, a buffer allocated and queued",
		},
		"ring-sleep": {
			"ring, both sleep (futex)",
			"sleep: the wake-up, the interrupt to the other core, the scheduler, the switch",
		},
		"unix-stream-spin": {
			"Unix socket, both spin",
			"a second core: the socket's own cache lines travel, polls come too early",
		},
		"alone-unix": {
			"Unix socket, one thread: write + read",
			"the socket layer: buffer allocated, accounted, queued, freed",
		},
		"alone-pipe": {
			"pipe, one thread: write + read",
			"what the calls do: find the file, lock, copy in, copy out",
		},
		"alone-calls": {
			"two system calls that do nothing",
			"in and out of the kernel twice, against the way of the message from core to core",
		},
		"ring-spin": {
			"ring, both spin: copied in and out",
			"two copies: the message is made in the ring, and read there",
		},
		"ring-view": {
			"ring, both spin: zero-copy",
			"the record: header, order, bounds, the check of every byte",
		},
		lab.Bare: {
			"bare cache lines, both spin",
			"the way from core to core",
		},
		"alone-memcpy": {
			"memcpy of the message",
			"",
		},
	},
	Chinese: {
		"tcp": {
			"TCP 回环，双方睡眠等待",
			"TCP/IP 协议：分段、确认、完整走一遍网络栈",
		},
		"unix-stream": {
			"Unix 套接字，双方睡眠等待",
			"内核的数据路径：两次系统调用、两次拷贝、缓冲区的分配与排队",
		},
		"ring-sleep": {
			"环，双方睡眠等待（futex）",
			"睡眠：唤醒、核间中断、调度器、上下文切换",
		},
		"unix-stream-spin": {
			"Unix 套接字，双方自旋",
			"跨核：套接字自身的缓存行在核间搬运，以及轮询落空",
		},
		"alone-unix": {
			"Unix 套接字，单线程：写 + 读",
			"套接字层：缓冲区的分配、记账、排队、释放",
		},
		"alone-pipe": {
			"管道，单线程：写 + 读",
			"调用本身要做的事：查找文件、加锁、拷入、拷出",
		},
		"alone-calls": {
			"两次空系统调用",
			"两次进出内核，对比消息从一个核到另一个核的路程",
		},
		"ring-spin": {
			"环，双方自旋：拷入、拷出",
			"两次拷贝：消息直接在环中生成，直接在环中读取",
		},
		"ring-view": {
			"环，双方自旋：零拷贝",
			"记录本身：消息头、内存序、边界、逐字节核对",
		},
		lab.Bare: {
			"裸缓存行，双方自旋",
			"核到核的路程",
		},
		"alone-memcpy": {
			"消息的 memcpy",
			"",
		},
	},
}

// headline of the ladder's tables: the title with the size, and the columns.
var ladderHeads = map[Language][]string{
	English: {
		"One way, a message of %s",
		"rung", "one way", "spread", "× bare lines", "less than above", "what lies between this rung and the next",
	},
	Chinese: {
		"单程，%s 的消息",
		"梯级", "单程耗时", "波动", "× 裸缓存行", "与上一级之差", "这一级与下一级之间差了什么",
	},
}
