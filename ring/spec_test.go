package ring

import (
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"
)

// Do the published pages say what the code does?

// section is the part of a page under one heading.
func section(t *testing.T, page, heading string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", page))
	check(t, err)
	_, rest, found := strings.Cut(string(text), "\n"+heading+"\n")
	if !found {
		t.Fatalf("%s has no heading %q", page, heading)
	}
	rest, _, _ = strings.Cut(rest, "\n#")
	return rest
}

// tableIn is the first table of a text: its rows without the two lines of heading, cells without code marks.
func tableIn(t *testing.T, text string) (rows [][]string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if rows != nil {
				break
			}
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.ReplaceAll(strings.TrimSpace(cell), "`", ""))
		}
		rows = append(rows, cells)
	}
	if len(rows) < 3 {
		t.Fatal("no table")
	}
	return rows[2:]
}

func table(t *testing.T, heading string) [][]string {
	t.Helper()
	return tableIn(t, section(t, "docs/layout.md", heading))
}

// evaluate works out a sum of numbers and multiples of L, such as 0x1000 + 2L + 8.
func evaluate(t *testing.T, expr string, spacing uint64) (sum uint64) {
	t.Helper()
	for term := range strings.SplitSeq(expr, "+") {
		term = strings.TrimSpace(term)
		number, times := strings.CutSuffix(term, "L")
		n, err := uint64(1), error(nil)
		if number != "" {
			n, err = strconv.ParseUint(number, 0, 64)
			check(t, err)
		}
		if times {
			n *= spacing
		}
		sum += n
	}
	return sum
}

func TestSpecConstants(t *testing.T) {
	want := map[string]uint64{
		"layout version": LayoutVersion, "stream magic": streamMagic, "heads magic": headsMagic, "order mark": orderMark,
		"data offset": dataOffset, "record header": headerSize, "segments": segments,
		"least capacity": minCapacity, "greatest capacity": maxCapacity, "greatest flush": maxFlush,
		"least alignment": 8, "greatest alignment": 256, "least spacing": lineSpacing, "greatest spacing": pageSize / 4,
		"most consumers": maxSlots, "longest schema": maxSchema, "longest metadata": MaxMetadata, "longest name": MaxName,
	}
	for _, row := range table(t, "### Constants") {
		if w, ok := want[row[0]]; !ok || evaluate(t, row[1], 0) != w {
			t.Errorf("%s: the page says %s, the code %#x", row[0], row[1], w)
		}
		delete(want, row[0])
	}
	for name := range want {
		t.Errorf("%s: not on the page", name)
	}
}

// Are the limits of the page those that validation applies?
func TestSpecLimits(t *testing.T) {
	good := identity{capacity: minCapacity, alignment: 8, spacing: lineSpacing, slots: 1, segments: segments, dataOffset: dataOffset}
	change := func(f func(*identity)) bool { id := good; f(&id); return validGeometry(&id) }
	for name, want := range map[string]struct{ got, want bool }{
		"least of all":       {validGeometry(&good), true},
		"greatest capacity":  {change(func(id *identity) { id.capacity = maxCapacity }), true},
		"more capacity":      {change(func(id *identity) { id.capacity = 2 * maxCapacity }), false},
		"less capacity":      {change(func(id *identity) { id.capacity = minCapacity / 2 }), false},
		"greatest alignment": {change(func(id *identity) { id.alignment = 256 }), true},
		"more alignment":     {change(func(id *identity) { id.alignment = 512 }), false},
		"less alignment":     {change(func(id *identity) { id.alignment = 4 }), false},
		"greatest spacing":   {change(func(id *identity) { id.spacing = pageSize / 4 }), true},
		"more spacing":       {change(func(id *identity) { id.spacing = pageSize / 2 }), false},
		"less spacing":       {change(func(id *identity) { id.spacing = lineSpacing / 2 }), false},
		"most consumers":     {change(func(id *identity) { id.slots = maxSlots }), true},
		"more consumers":     {change(func(id *identity) { id.slots = maxSlots + 1 }), false},
		"no consumers":       {change(func(id *identity) { id.slots = 0 }), false},
		"origin":             {change(func(id *identity) { id.origin = 8 }), false},
		"deadline":           {change(func(id *identity) { id.deadline = -1 }), false},
	} {
		equal(t, name, want.got, want.want)
	}
}

// Does each table of a struct name every field, at its offset, with its size, and no other?
func TestSpecStructs(t *testing.T) {
	for heading, typ := range map[string]reflect.Type{
		"### Identity page": reflect.TypeFor[identity](), "### Status": reflect.TypeFor[status](),
		"### Heads identity": reflect.TypeFor[headsIdentity](), "### Who": reflect.TypeFor[who](),
	} {
		described := map[string]bool{}
		for _, row := range table(t, heading) {
			offset, size, name := evaluate(t, row[0], 0), evaluate(t, row[1], 0), row[2]
			f, ok := typ.FieldByName(name)
			if !ok || uint64(f.Offset) != offset || uint64(f.Type.Size()) != size {
				t.Errorf("%s, %s: the page says %d bytes at %#x, the code %d at %#x", heading, name, size, offset, f.Type.Size(), f.Offset)
			}
			described[name] = true
		}
		for i := range typ.NumField() {
			if name := typ.Field(i).Name; name != "_" && !described[name] {
				t.Errorf("%s: %s is not on the page", heading, name)
			}
		}
	}
}

// marks has one pattern for each field, so that a field in another's place is found.
func mark(name string) uint64 { return mix(uint64(crc32.ChecksumIEEE([]byte(name)))) }

// found lists where the pattern of a field lies in memory.
func found(mem []byte, value uint64, size uint64) (at []uint64) {
	for off := uint64(0); off+8 <= uint64(len(mem)); off += 4 {
		if off%8 == 0 && size == 8 && *word64(mem, off) == value || size == 4 && *word32(mem, off) == uint32(value) {
			at = append(at, off)
		}
	}
	return at
}

// Do the verbs touch the words the page says, whatever the spacing?
func TestSpecCounters(t *testing.T) {
	for _, spacing := range []uint64{128, 256, 1024} {
		g := newGeometry(1<<16, 64, spacing, 3)
		stream := newStream(heapMemory(g.streamSize()+int64(g.capacity)), g)
		stream.announce(mark("intent"))
		stream.grant(mark("reserved"))
		stream.storeLast(mark("last"), mark("tail"))
		*stream.wakes() = uint32(mark("wakes"))
		stream.storeClosed(mark("closed"))
		stream.storeHeadsID(mark("headsID"))
		stream.status().pid = mark("status")
		stream.storeAnchor(17 * g.segment)
		equal(t, "the anchor of segment 1", *stream.anchorWord(1), 17*g.segment)
		*stream.anchorWord(1) = mark("anchors")
		inside := map[string]uint64{"status": uint64(unsafe.Offsetof(status{}.pid)), "anchors": 8}
		expectWords(t, "### Counters", stream.mem, spacing, inside, map[string]uint64{"status": uint64(unsafe.Sizeof(status{})), "anchors": 8 * segments})

		h := heads{g, heapMemory(g.headsSize())}
		h.setWaiting()
		h.setSpace()
		rows := table(t, "### Waking and states")
		equal(t, "waiting", binary.NativeEndian.Uint32(h.mem[evaluate(t, rows[0][0], spacing):]), 1)
		equal(t, "space", binary.NativeEndian.Uint32(h.mem[evaluate(t, rows[1][0], spacing):]), 1)
		h.swapState(2, 0, mark("states"))
		equal(t, "states", at8(h.mem, evaluate(t, rows[2][0], spacing)+2*8), mark("states"))

		at := h.states() + (8*3+spacing-1)/spacing*spacing + 2*2*spacing // as the formula of the page
		h.setHead(2, mark("head"))
		h.setNextSeq(2, mark("nextSeq"))
		h.setCounts(2, mark("lost"), mark("delivered"))
		h.who(2).since = int64(mark("who"))
		inside = map[string]uint64{"who": uint64(unsafe.Offsetof(who{}.since))}
		expectWords(t, "### Entry", h.mem[at:], spacing, inside, map[string]uint64{"who": uint64(unsafe.Sizeof(who{}))})
		equal(t, "size of the heads file", uint64(g.headsSize()), (at+2*spacing+pageSize-1)/pageSize*pageSize)
	}
}

// expectWords looks for each field's pattern, and for its size where it is more than a word.
func expectWords(t *testing.T, heading string, mem []byte, spacing uint64, inside, sizes map[string]uint64) {
	t.Helper()
	for _, row := range table(t, heading) {
		offset, size, name := evaluate(t, row[0], spacing), evaluate(t, row[1], spacing), row[2]
		word := size
		if sizes[name] != 0 {
			equal(t, "size of "+name, size, sizes[name])
			word = 8
		}
		if at := found(mem, mark(name), word); !slices.Equal(at, []uint64{offset + inside[name]}) {
			t.Errorf("%s, spacing %d: the page has %s at %#x, the code at %#x", heading, spacing, name, offset+inside[name], at)
		}
	}
}

// at8 is the word at exactly this offset.
func at8(mem []byte, off uint64) uint64 { return binary.NativeEndian.Uint64(mem[off:]) }

func TestSpecRecords(t *testing.T) {
	g := newGeometry(1<<16, 8, 128, 1)
	s := newStream(heapMemory(g.streamSize()+int64(g.capacity)), g)
	rows := table(t, "### Records")
	p := g.capacity*5 + 24
	at := dataOffset + p%g.capacity
	s.storeSeq(p, 77)
	copyIn(s.payload(p, 5), []byte("hello"))
	s.commit(p, commitWord(0xabcd, 5))
	equal(t, "commit word", at8(s.mem, at+evaluate(t, rows[0][0], 0)), 0xabcd<<32|1<<31|5)
	equal(t, "seq", at8(s.mem, at+evaluate(t, rows[1][0], 0)), 77)
	equal(t, "payload", string(s.mem[at+evaluate(t, rows[2][0], 0):][:5]), "hello")

	s.storeSeq(6*g.capacity-8, 99) // its commit word is the last of the data, so its seq is the first: of the second mapping, which is the same
	equal(t, "seq of a record that wraps", at8(s.mem, dataOffset+g.capacity), 99)
}

func TestSpecGeometry(t *testing.T) {
	for _, row := range table(t, "### Geometry") {
		var n []uint64
		for _, cell := range row {
			n = append(n, evaluate(t, cell, 0))
		}
		g := newGeometry(n[0], n[1], lineSpacing, 1)
		got := []uint64{g.capacity, g.align, g.segment, g.flushMax, g.maxPayload(), g.size(0), g.size(49)}
		if !slices.Equal(got, n) {
			t.Errorf("the page says %d, the code %d", n, got)
		}
	}
}

func TestSpecModes(t *testing.T) {
	rows := table(t, "### Modes")
	equal(t, "modes on the page", len(rows), int(modeParked)+1)
	for i, row := range rows {
		m := mode(i)
		equal(t, "number of the mode", row[0], fmt.Sprint(i))
		equal(t, "name of mode "+row[0], row[1], m.String())
		equal(t, "mode "+row[0]+" gates", row[2] == "yes", m.gates())
	}
	state := stateNext(stateWith(0x0500, modeGating), modeLossy)
	equal(t, "epoch<<8 | mode", state, 6<<8|uint64(modeLossy))
}

// Are the numbers that the page's prose gives the right ones?
func TestSpecSamples(t *testing.T) {
	page, err := os.ReadFile("../docs/layout.md")
	check(t, err)
	for _, sample := range []string{
		fmt.Sprintf("`123456789` gives `%#x`", crc32.Checksum([]byte("123456789"), crc32.MakeTable(crc32.Castagnoli))),
		fmt.Sprintf("`%d`", nameByte("audit")),
	} {
		if !strings.Contains(strings.ReplaceAll(string(page), "\n", " "), sample) {
			t.Errorf("docs/layout.md does not say %s", sample)
		}
	}
	equal(t, "name of the heads file", headsPath("NAME", 0xabc), "NAME.0000000000000abc.heads")
}

// Does the page argue each edge of the code, and no other, and do its verbs carry it?
func TestSpecEdges(t *testing.T) {
	comments := verbComments(t)
	inCode := map[string]bool{}
	edge := regexp.MustCompile(`(?m)^//\t([A-Z]\d) {2,}\S`)
	for _, name := range []string{"protocol.go", "calls.go"} {
		text, err := os.ReadFile(name)
		check(t, err)
		for _, m := range edge.FindAllStringSubmatch(string(text), -1) {
			inCode[m[1]] = true
		}
	}
	inPage := map[string]bool{}
	for _, row := range tableIn(t, section(t, "docs/protocol.md", "## The edges")) {
		name := row[0]
		inPage[name] = true
		for verb := range strings.SplitSeq(row[1]+", "+row[2], ", ") {
			if !strings.Contains(comments[verb], "dge "+name) {
				t.Errorf("edge %s: the comment of %s does not name it", name, verb)
			}
		}
	}
	if !maps.Equal(inCode, inPage) {
		t.Errorf("edges in the code: %v, in docs/protocol.md: %v", slices.Sorted(maps.Keys(inCode)), slices.Sorted(maps.Keys(inPage)))
	}
	page, err := os.ReadFile("../docs/protocol.md")
	check(t, err)
	for name := range inCode {
		if !strings.Contains(string(page), "\n### "+name+": ") {
			t.Errorf("docs/protocol.md does not argue edge %s", name)
		}
	}
}

// verbComments are the comments of this package's functions, by name.
func verbComments(t *testing.T) map[string]string {
	t.Helper()
	comments := map[string]string{}
	for _, name := range []string{"protocol.go", "calls.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		check(t, err)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				comments[f.Name.Name] = strings.Join(strings.Fields(f.Doc.Text()), " ")
			}
		}
	}
	return comments
}

// Is the README's first program the tested example?
func TestSpecReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	check(t, err)
	files, err := filepath.Glob("example*_test.go")
	check(t, err)
	for _, name := range files {
		text, err := os.ReadFile(name)
		check(t, err)
		_, body, ok := strings.Cut(string(text), "\nfunc Example() {\n")
		if !ok {
			continue
		}
		body, _, _ = strings.Cut(body, "\n}\n")
		body, _, _ = strings.Cut(body, "\n\t// Output:")
		code := strings.TrimSpace(strings.ReplaceAll("\n"+body, "\n\t", "\n"))
		if !strings.Contains(string(readme), "```go\n"+code+"\n```") {
			t.Errorf("README.md does not show the Example of %s:\n%s", name, code)
		}
		return
	}
	t.Error("no Example")
}
