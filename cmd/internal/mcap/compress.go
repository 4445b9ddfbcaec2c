package mcap

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Compression is how chunks are compressed. The zero value is None.
type Compression int

// What every reader of the format knows.
const (
	None Compression = iota
	Zstd
	LZ4
)

var compressions = []string{"none", "zstd", "lz4"}

// Set reads the name of a compression. With String and Type it makes a Compression a flag.
func (c *Compression) Set(name string) error {
	for i, known := range compressions {
		if name == known {
			*c = Compression(i)
			return nil
		}
	}
	return fmt.Errorf("%q is none of none, zstd and lz4", name)
}

// Choices are what Set reads.
func (c Compression) Choices() []string { return compressions }

func (c Compression) String() string { return compressions[c] }

// Type is how a flag's help calls its value.
func (c Compression) Type() string { return "kind" }

// inFile is what the format calls it.
func (c Compression) inFile() string {
	if c == None {
		return ""
	}
	return compressions[c]
}

// compressor compresses chunks, reusing its memory.
type compressor struct {
	kind Compression
	zstd *zstd.Encoder
	lz4  *lz4.Writer
	out  []byte
}

func newCompressor(kind Compression) (*compressor, error) {
	c := &compressor{kind: kind}
	var err error
	switch kind {
	case Zstd: // the fastest level: a recorder that cannot keep up helps nobody
		c.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	case LZ4:
		c.lz4 = lz4.NewWriter(nil)
		err = c.lz4.Apply(lz4.BlockSizeOption(lz4.Block1Mb), lz4.ConcurrencyOption(1))
	}
	return c, err
}

// compress returns the compressed data, valid until the next call.
func (c *compressor) compress(data []byte) (_ []byte, err error) {
	switch c.kind {
	case Zstd:
		c.out = c.zstd.EncodeAll(data, c.out[:0])
	case LZ4:
		out := bytes.NewBuffer(c.out[:0])
		c.lz4.Reset(out)
		_, err = c.lz4.Write(data)
		if err == nil {
			err = c.lz4.Close()
		}
		c.out = out.Bytes()
	default:
		return data, nil
	}
	return c.out, err
}

// maxWindow is how far back, in bytes, a zstd frame may refer: what that takes in memory is the frame's word.
const maxWindow = 128 << 20

// decompressor decompresses chunks, reusing its memory.
type decompressor struct {
	zstd *zstd.Decoder
	lz4  *lz4.Reader
	out  bytes.Buffer
}

// decompress returns the data, valid until the next call. Its size is the file's word: memory is taken as the data comes.
func (d *decompressor) decompress(kind string, compressed []byte, size uint64) ([]byte, error) {
	if kind == "" {
		return compressed, nil
	}
	in, err := d.reader(kind, bytes.NewReader(compressed))
	if err != nil {
		return nil, err
	}
	d.out.Reset()
	_, err = d.out.ReadFrom(io.LimitReader(in, int64(size)+1))
	return d.out.Bytes(), err
}

func (d *decompressor) reader(kind string, in io.Reader) (_ io.Reader, err error) {
	switch kind {
	case "zstd":
		if d.zstd == nil {
			d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		}
		if err == nil {
			err = d.zstd.Reset(in)
		}
		return d.zstd, err
	case "lz4":
		if d.lz4 == nil {
			d.lz4 = lz4.NewReader(nil)
		}
		d.lz4.Reset(in)
		return d.lz4, nil
	}
	return nil, fmt.Errorf("its compression %q is unknown; zstd, lz4 and none can be read", kind)
}
