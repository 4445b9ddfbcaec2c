package ring

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// schemaOf describes the layout of T: kinds, field names and offsets, but no type names, so that two programs agree when the bytes do.
// A description too long for the file ends in a hash of itself.
func schemaOf[T any]() (string, error) {
	if !littleEndian {
		return "", fmt.Errorf("typed rings are for little-endian CPUs, as MessageOf is laid out: %w", errors.ErrUnsupported)
	}
	t := reflect.TypeFor[T]()
	var b strings.Builder
	if err := describe(&b, t, typeName(t)); err != nil {
		return "", err
	}
	s := fmt.Sprintf("%s, %d bytes", b.String(), t.Size())
	if len(s) <= maxSchema {
		return s, nil
	}
	hash := fmt.Sprintf("... sha256:%x", sha256.Sum256([]byte(s)))
	return s[:maxSchema-len(hash)] + hash, nil
}

func typeName(t reflect.Type) string {
	if t.Name() == "" {
		return "value"
	}
	return t.Name()
}

// describe writes the layout of t. where is the path from the message type to here.
func describe(b *strings.Builder, t reflect.Type, where string) error {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		b.WriteString(t.Kind().String())
		return nil
	case reflect.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		return describe(b, t.Elem(), where+"[]")
	case reflect.Struct:
		return describeStruct(b, t, where)
	}
	return fmt.Errorf("%w: %s is of kind %s, which means nothing in another process; use numbers, arrays and structs of them",
		ErrPointers, where, t.Kind())
}

func describeStruct(b *strings.Builder, t reflect.Type, where string) error {
	b.WriteString("struct{")
	for i := range t.NumField() {
		f := t.Field(i)
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(b, "%s@%d ", f.Name, f.Offset)
		if err := describe(b, f.Type, where+"."+f.Name); err != nil {
			return err
		}
	}
	b.WriteString("}")
	return nil
}

// schemaAgrees holds a handle's message type against the ring's.
func schemaAgrees(schema string, id *identity) error {
	if has := string(id.schema[:id.schemaLen]); has != schema {
		return fmt.Errorf("%w: it carries %s, not %s; open it as what it is, or choose another name", ErrGeometry, schemaName(has), schemaName(schema))
	}
	return nil
}

func schemaName(schema string) string {
	if schema == "" {
		return "byte messages"
	}
	return "messages of type " + schema
}
