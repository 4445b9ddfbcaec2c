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

const manLong = `Print the manual page of mmring, or of one of its commands, as man reads it. With
--into, write all pages to files in a directory: mmring.1, mmring-sub.1 and so on.
It is made if it is not there; the one that it is in must be.`

func newMan() *cobra.Command {
	var into string
	cmd := &cobra.Command{
		Use:   "man [COMMAND]",
		Short: "Print or write the manual pages",
		Long:  manLong,
		Example: `  mmring man | man -l -
  mmring man sub | man -l -
  mmring man --into ~/.local/share/man/man1   # then: man mmring-sub`,
		Args:              atMostOne,
		ValidArgsFunction: completeCommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case !cmd.Flags().Changed("into"):
				return printMan(cmd.Root(), args, cmd.OutOrStdout())
			case len(args) > 0:
				return fail.Usage("--into writes the pages of all commands, and %q is one; leave out one of the two", args[0])
			}
			return writeMan(cmd.Root(), into, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&into, "into", "", "write all pages to this `directory`")
	cmd.MarkFlagDirname("into")
	return cmd
}

// completeCommand offers the commands that have a page.
func completeCommand(cmd *cobra.Command, args []string, _ string) (commands []string, d cobra.ShellCompDirective) {
	for _, c := range cmd.Root().Commands() {
		if len(args) == 0 && c.IsAvailableCommand() {
			commands = append(commands, c.Name())
		}
	}
	return commands, cobra.ShellCompDirectiveNoFileComp
}

// printMan prints the page of one command, or of the whole.
func printMan(root *cobra.Command, of []string, out io.Writer) error {
	cmd, rest, err := root.Find(of)
	if err != nil || len(rest) > 0 {
		return fail.Usage("there is no command %q, and so no page of it; --into DIRECTORY writes all pages to files", of[0])
	}
	prepareMan(root)
	var page bytes.Buffer
	if err := doc.GenMan(cmd, manHeader(), &page); err != nil {
		return fmt.Errorf("cannot make the page: %w", err)
	}
	_, err = page.WriteTo(out)
	return err
}

// writeMan writes all pages to files, and says so.
func writeMan(root *cobra.Command, dir string, words io.Writer) error {
	if err := os.Mkdir(dir, 0o755); err != nil && !isDirectory(dir) {
		return fmt.Errorf("cannot make a directory for the pages: %w; choose another one", err)
	}
	prepareMan(root)
	if err := doc.GenManTree(root, manHeader(), dir); err != nil {
		return fmt.Errorf("cannot write the pages: %w", err)
	}
	fmt.Fprintf(words, "wrote the pages of mmring and its commands to %s\n", dir)
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
