package table_test

import (
	"os"

	"github.com/mmring/mmring/cmd/internal/table"
)

func ExampleTable() {
	t := table.New(table.Left("name"), table.Right("messages"), table.Left("latency"))
	t.Row("prices", "1,234", "1.2 µs")
	t.Row("a longer name", "5")
	t.Write(os.Stdout, "| ")
	// Output:
	// | name           messages  latency
	// | prices            1,234  1.2 µs
	// | a longer name         5
}

func ExampleTable_shortRows() {
	t := table.New(table.Left("name"), table.Right("messages"), table.Left("latency"))
	t.Row("prices", "1,234", "1.2 µs")
	t.Row("broken", "it cannot be read")
	t.Write(os.Stdout, "")
	// Output:
	// name    messages  latency
	// prices     1,234  1.2 µs
	// broken  it cannot be read
}

func ExampleTable_withoutTitles() {
	t := table.New(table.Left(""), table.Left(""))
	t.Row("capacity", "4 MiB")
	t.Row("tail", "0")
	t.Write(os.Stdout, "")
	// Output:
	// capacity  4 MiB
	// tail      0
}
