//go:build linux

package report

import (
	"slices"
	"strings"
)

// chinese are the words of the tables that documents show.
var chinese = strings.NewReplacer(
	"the machine was disturbed around every run of this", "每一轮测量前后机器都受到了干扰",
	"rows): measure again when it is quiet", "行），请在机器空闲时重测",
	"For a million messages of 64 B, 100 k/s in bursts of 100", "每百万条 64 B 消息的开销，每秒 10 万条，每批 100 条",
	"Messages of 64 B per second, for each consumer", "每个消费者每秒收到的 64 B 消息数",
	"Messages per second", "每秒消息数", "Round trip, 64 B", "往返延迟，64 B",
	"context switches", "上下文切换", "system calls", "系统调用", "page faults", "缺页", "CPU seconds", "CPU 秒",
	"transport", "传输方式", "typical", "典型值", "limit", "极限", "spread", "波动", "messages", "消息", "memory", "内存",
	"1 consumer", "1 个消费者", "2 consumers", "2 个消费者", "4 consumers", "4 个消费者", "8 consumers", "8 个消费者",
	"ring, lossless", "环，无损", "ring, lossy", "环，有损", "ring, spinning", "环，自旋", "ring, sleeping", "环，睡眠",
	"ring, claim in place", "环，就地填写", "ring, sealed memory", "环，封印内存", "ring, typed values", "环，带类型的值",
	"ring, zero-copy", "环，零拷贝", "ring, batches of 16", "环，每批 16 条", "ring, batches of 64 KiB", "环，每批 64 KiB",
	"Unix stream", "Unix 流套接字", "Unix seqpacket", "Unix 顺序包套接字", "Unix datagram", "Unix 数据报套接字",
	"TCP loopback", "TCP 回环", "pipe", "管道", "bare futex, sleeping", "裸 futex，睡眠", "Go channel, one process", "Go channel（同一进程）",
	"NATS server, embedded", "NATS 服务器（内嵌）", ", not pinned", "，不绑核", ", blocking", "，阻塞", ", spinning", "，自旋",
	", batches of 16", "，每批 16 条", ", 64 KiB writes", "，每次写 64 KiB", "failed", "失败",
)

// in is the table in a language.
func (t *Table) in(language Language) *Table {
	if language != Chinese {
		return t
	}
	translated := &Table{Title: chinese.Replace(t.Title), Columns: replaced(t.Columns), Notes: slices.Clone(t.Notes)}
	for _, row := range t.Rows {
		translated.Rows = append(translated.Rows, replaced(row))
	}
	for i, note := range t.Notes {
		if strings.HasPrefix(note, "~") { // others quote errors
			translated.Notes[i] = chinese.Replace(note)
		}
	}
	return translated
}

func replaced(texts []string) (all []string) {
	for _, text := range texts {
		all = append(all, chinese.Replace(text))
	}
	return all
}
