package format

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/mmring/mmring/ring"
)

// directives are what may stand behind a percent sign, which itself is none of them. Help lists them.
var directives = map[byte]part{
	's': func(dst []byte, m *ring.Message) []byte { return append(dst, m.Payload...) },
	'x': func(dst []byte, m *ring.Message) []byte { return hex.AppendEncode(dst, m.Payload) },
	'b': func(dst []byte, m *ring.Message) []byte { return base64.StdEncoding.AppendEncode(dst, m.Payload) },
	'j': func(dst []byte, m *ring.Message) []byte { return appendQuoted(dst, m.Payload) },
	'S': func(dst []byte, m *ring.Message) []byte { return strconv.AppendInt(dst, int64(len(m.Payload)), 10) },
	'o': func(dst []byte, m *ring.Message) []byte { return strconv.AppendUint(dst, m.Seq, 10) },
	't': func(dst []byte, m *ring.Message) []byte { return strconv.AppendUint(dst, uint64(m.Tag), 10) },
	'T': func(dst []byte, _ *ring.Message) []byte { return strconv.AppendInt(dst, now().UnixMilli(), 10) },
	'd': func(dst []byte, _ *ring.Message) []byte {
		return now().AppendFormat(dst, "2006-01-02T15:04:05.000000Z07:00")
	},
}

// directive returns what the directive at the beginning of text prints.
func directive(text string) (part, error) {
	if len(text) < 2 {
		return nil, fmt.Errorf("the format ends with a percent sign; write %%%% for one")
	}
	p := directives[text[1]]
	if p == nil {
		r, _ := utf8.DecodeRuneInString(text[1:])
		return nil, fmt.Errorf("the format has %q, which is none of %%s %%x %%b %%j %%S %%o %%t %%T %%d %%%%", "%"+string(r))
	}
	return p, nil
}

func constant(text []byte) part {
	return func(dst []byte, _ *ring.Message) []byte { return append(dst, text...) }
}

// appendQuoted appends text as a JSON string. What is no UTF-8 becomes the replacement character, as JSON has nothing else for it.
func appendQuoted(dst, text []byte) []byte {
	buffer := bytes.NewBuffer(dst)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	encoder.Encode(string(text))                          // neither memory nor a string makes this fail
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")) // which the encoder adds
}

// escapes are the bytes that a letter behind a backslash stands for.
var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '0': 0, '\\': '\\'}

// escape returns the byte that the escape at the beginning of text stands for, and how long the escape is.
func escape(text string) (b byte, size int, err error) {
	if len(text) >= 4 && text[1] == 'x' {
		if n, err := strconv.ParseUint(text[2:4], 16, 8); err == nil {
			return byte(n), 4, nil
		}
	}
	if len(text) >= 2 {
		if b, ok := escapes[text[1]]; ok {
			return b, 2, nil
		}
	}
	return 0, 0, fmt.Errorf(`the format has a backslash that begins none of \n \t \r \0 \\ \xNN`)
}
