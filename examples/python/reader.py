#!/usr/bin/env python3
"""Read a ring without Go: a lossy consumer, written from docs/layout.md alone.

    reader.py [--from oldest|latest] [--count N] PATH

Prints each payload on a line of its own. Losses and the end go to standard error. It needs nothing but read permission on the stream, and
naps while nothing comes. Python has no memory fences, so it runs where loads are never reordered: on amd64.
"""

import argparse
import fcntl
import mmap
import os
import platform
import struct
import sys
import time

MASK = (1 << 64) - 1
DATA = 0x10000
TRIES = 1000


class Lapped(Exception):
    """What was being read may be overwritten: believe nothing of it."""


class Corrupt(Exception):
    """The ring contradicts itself."""


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Ring:
    """The stream file: its geometry, its counters, its records."""

    def __init__(self, path):
        self.path = path
        self.fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        size = os.fstat(self.fd).st_size
        if size < DATA:
            raise Corrupt(f"not a ring: {size} bytes are too few")
        self.identify(os.pread(self.fd, 4096, 0))
        if size < DATA + self.C:
            raise Corrupt(f"truncated to {size} bytes of {DATA + self.C}")
        self.mem = memoryview(mmap.mmap(self.fd, DATA + self.C, mmap.MAP_SHARED, mmap.PROT_READ))
        self.words = self.mem.cast("Q")  # an item is one load of 8 bytes
        if self.closed() == 0 and self.stale():
            raise Corrupt("from before a restart of the machine, and not closed")

    def identify(self, page):
        magic, version, order, self.ring_id = struct.unpack_from("<QIIQ", page)
        self.C, offset, self.A, self.L, segments, _ = struct.unpack_from("<QQIIII", page, 0x20)
        self.origin, self.first_seq, schema, meta, checksum = struct.unpack_from("<QQIII", page, 0x48)
        if magic != 0x3130474E49524D4D:
            raise Corrupt("not a ring")
        if order != 0x01020304 or version != 1:
            raise Corrupt(f"layout version {version}, order mark {order:#x}: not known here")
        if schema > 1024 or meta > 2048:
            raise Corrupt("impossible lengths in the identity page")
        if checksum != crc32c(page[8:0x60] + page[0x80:0x80 + schema] + page[0x800:0x800 + meta]):
            raise Corrupt("wrong checksum of the identity page")

        def is_power(n, least, most):
            return n & n - 1 == 0 and least <= n <= most

        if not (is_power(self.C, 4096, 1 << 40) and is_power(self.A, 8, 256) and is_power(self.L, 128, 1024)
                and offset == DATA and segments == 16 and self.origin % self.C == 0):
            raise Corrupt("impossible dimensions")
        self.S = self.C // 16
        self.F = min((self.C - self.S - self.A) // 2, 1 << 30) // self.A * self.A

    def stale(self):
        boot = bytes(self.mem[0x1000 + 2 * self.L + 24:][:16])
        with open("/proc/sys/kernel/random/boot_id") as file:
            return boot != bytes(16) and boot != bytes.fromhex(file.read().strip().replace("-", ""))

    def counter(self, offset):
        return self.words[offset // 8]

    def reserved(self):
        return self.counter(0x1000 + 8)

    def last(self):
        return self.counter(0x1000 + self.L)

    def closed(self):
        return self.counter(0x1000 + 2 * self.L + 8)

    def anchors(self):
        return [self.counter(0x1000 + 3 * self.L + 8 * i) for i in range(16)]

    def intact(self):
        """Whether this is still the ring that was opened."""
        return self.counter(0) == 0x3130474E49524D4D and self.counter(0x10) == self.ring_id

    def producer_lives(self):
        ask = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 1, 0)
        got = fcntl.fcntl(self.fd, 36, ask)  # F_OFD_GETLK
        return struct.unpack("hhqqi4x", got)[0] != fcntl.F_UNLCK

    # --- records ---

    def lapped(self, p):
        return self.reserved() - p & MASK > self.C

    def check(self, p):
        if self.lapped(p):
            raise Lapped

    def size(self, length):
        return (16 + length + self.A - 1) // self.A * self.A

    def word(self, p):
        return self.words[(DATA + p % self.C) // 8]

    def copy(self, p, length):
        at = p % self.C
        first = min(length, self.C - at)
        return bytes(self.mem[DATA + at:DATA + at + first]) + bytes(self.mem[DATA:DATA + length - first])

    def header(self, p):
        """Length and seq of the record at p; length None where nothing is committed yet."""
        if p % self.A:
            raise Corrupt(f"{p} is not a record boundary")
        word, seq = self.word(p), self.word(p + 8)
        self.check(p)
        if word == 0:
            return None, None
        length = word & 0x7FFFFFFF
        if not word >> 31 & 1 or length > self.F - 16:
            raise Corrupt(f"no record at {p}")
        return length, seq

    def read(self, p, expected):
        """The tag and payload of record `expected` at p, or None if it is not there yet."""
        word = self.word(p)
        if not word >> 31 & 1:
            self.check(p)
            if word:
                raise Corrupt(f"no record at {p}")
            return None
        length = word & 0x7FFFFFFF
        clamped = min(length, self.F - 16)
        seq, payload = self.word(p + 8), self.copy(p + 16, clamped)
        self.check(p)  # nothing was believed before this line
        if clamped != length or seq != expected:
            raise Corrupt(f"record {seq} of {length} bytes at {p}, expected {expected}")
        return word >> 32, payload

    # --- where to start ---

    def search(self, attempt):
        for _ in range(TRIES):
            try:
                return attempt()
            except Lapped:
                pass
        raise Corrupt(f"no intact record in {TRIES} searches")

    def end(self):
        def attempt():
            p, seq, first = self.last(), self.first_seq, True
            while True:
                length, found = self.header(p)
                if length is None:
                    if first and p != self.origin:
                        raise Corrupt(f"nothing at {p}, where a record was said to be")
                    return p, seq
                if not first and found != seq:
                    raise Corrupt(f"record {found} at {p}, expected {seq}")
                p, seq, first = p + self.size(length), found + 1, False
        return self.search(attempt)

    def oldest(self, room):
        def attempt():
            last, reserved = self.last(), self.reserved()
            fit = [a for a in self.anchors() if a % self.A == 0 and reserved - a & MASK <= self.C - room]
            p = min(fit, default=last)
            length, seq = self.header(p)
            if length is None and p != self.origin:
                raise Corrupt(f"nothing at {p}, where a record was said to be")
            return p, self.first_seq if length is None else seq
        return self.search(attempt)


def messages(ring, p, seq, idle):
    """Yield (seq, tag, payload) until the end of the stream, and (None, lost, None) after a lap. Begin with record seq at p.

    idle is called whenever there is nothing to read, before a nap.
    """
    nap = 50e-6
    while True:
        try:
            record = ring.read(p, seq)
            ended = record is None and ring.closed() == p + 1
        except Lapped:
            p, found = ring.oldest(ring.C // 8)
            yield None, found - seq, None
            seq = found
            continue
        if ended:
            return
        if record is None:
            if nap > 0.2 and not ring.intact():
                raise Corrupt("the identity page was overwritten")
            idle()
            time.sleep(nap)
            nap = min(2 * nap, 0.25)
            continue
        nap = 50e-6
        yield seq, *record
        p, seq = p + ring.size(len(record[1])), seq + 1


def main():
    parser = argparse.ArgumentParser(description="read a ring without Go")
    parser.add_argument("--from", dest="start", choices=("oldest", "latest"), default="oldest")
    parser.add_argument("--count", type=int, help="stop after this many messages")
    parser.add_argument("path")
    args = parser.parse_args()
    if platform.machine() not in ("x86_64", "AMD64"):
        sys.exit("reader.py: Python has no memory fences, so this runs on amd64 only")
    received = lost = 0
    try:
        ring = Ring(args.path)
        place = ring.end() if args.start == "latest" else ring.oldest(0)
        print("the producer is", "alive" if ring.producer_lives() else "not there", file=sys.stderr)
        for seq, tag, payload in messages(ring, *place, idle=sys.stdout.buffer.flush):
            if seq is None:
                lost += tag
                print(f"lost {tag} messages", file=sys.stderr)
                continue
            sys.stdout.buffer.write(payload + b"\n")
            received += 1
            if received == args.count:
                break
        else:
            print("end of the stream", file=sys.stderr)
    except (Corrupt, OSError) as err:
        sys.exit(f"reader.py: {args.path}: {err}")
    sys.stdout.buffer.flush()
    print(f"received {received}, lost {lost}", file=sys.stderr)


if __name__ == "__main__":
    main()
