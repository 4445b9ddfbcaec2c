package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

const manLong = `Without a DIRECTORY, print the manual page of mmring, or with --of that of one of
its commands, as man reads it. With one, write all pages there: mmring.1,
mmring-sub.1 and so on.`

func newMan() *cobra.Command {
	var of string
	cmd := &cobra.Command{
		Use:   "man [DIRECTORY]",
		Short: "Print or write the manual pages",
		Long:  manLong,
		Example: `  mmring man | man -l -
  mmring man --of sub | man -l -
  mmring man ~/.local/share/man/man1   # then: man mmring-sub`,
		Args:              atMostOne,
		ValidArgsFunction: completeDirectory,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return writeMan(cmd.Root(), args[0])
			}
			return printMan(cmd.Root(), of, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&of, "of", "", "the page of this `command`")
	cmd.RegisterFlagCompletionFunc("of", func(cmd *cobra.Command, _ []string, _ string) (commands []string, d cobra.ShellCompDirective) {
		for _, c := range cmd.Root().Commands() {
			if c.IsAvailableCommand() {
				commands = append(commands, c.Name())
			}
		}
		return commands, cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// printMan prints the page of one command, or of the whole.
func printMan(root *cobra.Command, of string, out io.Writer) error {
	cmd := root
	if of != "" {
		found, rest, err := root.Find([]string{of})
		if err != nil || found == root || len(rest) > 0 {
			return fail.Usage("there is no command %q, and so no page of it", of)
		}
		cmd = found
	}
	prepareMan(root)
	var page bytes.Buffer
	if err := doc.GenMan(cmd, manHeader(), &page); err != nil {
		return fmt.Errorf("cannot make the page: %w", err)
	}
	_, err := page.WriteTo(out)
	return err
}

func writeMan(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("cannot make a directory for the pages: %w; choose another one", err)
	}
	prepareMan(root)
	if err := doc.GenManTree(root, manHeader(), dir); err != nil {
		return fmt.Errorf("cannot write the pages: %w", err)
	}
	return nil
}

func manHeader() *doc.GenManHeader {
	return &doc.GenManHeader{Section: "1", Source: "mmring", Manual: "mmring"}
}

// prepareMan makes of texts for the terminal what the generator reads, Markdown: what is indented stays as it is, the rest is no markup.
func prepareMan(cmd *cobra.Command) {
	cmd.DisableAutoGenTag = true // the date would make each build another
	cmd.InitDefaultHelpFlag()
	cmd.Long = markdown(cmd.Long + commandList(cmd))
	for _, sub := range cmd.Commands() {
		prepareMan(sub)
	}
}

// commandList is what a page says of the commands of a command.
func commandList(cmd *cobra.Command) string {
	var list strings.Builder
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			fmt.Fprintf(&list, "  %-*s%s\n", sub.NamePadding()+2, sub.Name(), sub.Short)
		}
	}
	if list.Len() == 0 {
		return ""
	}
	return "\n\nThe commands, each with a page of its own:\n\n" + list.String()
}

var escapeMarkdown = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, "`", "\\`", `<`, `\<`, `[`, `\[`)

func markdown(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  ") {
			out.WriteString("  " + line) // four columns make it verbatim
		} else {
			out.WriteString(escapeMarkdown.Replace(line))
		}
	}
	return out.String()
}
