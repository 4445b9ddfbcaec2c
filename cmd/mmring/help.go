package main

import (
	"bytes"
	"strings"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
)

// watchHelp writes pages of help in one piece, and returns what says whether that failed, or whether there is no such page: the library
// tells nobody.
func watchHelp(root *cobra.Command) (helped func() error) {
	var failed error
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if failed = knownTopic(cmd, cmd.Flags().Args()); failed != nil {
			return
		}
		var page bytes.Buffer
		out := cmd.OutOrStdout()
		cmd.SetOut(&page)
		show(cmd, args)
		cmd.SetOut(nil)
		_, failed = page.WriteTo(out)
	})
	root.InitDefaultHelpCmd()
	if help, _, err := root.Find([]string{"help"}); err == nil {
		help.Args = func(_ *cobra.Command, args []string) error {
			topic, rest, err := root.Find(args)
			if err != nil {
				return fail.Usage("%w", err)
			}
			return knownTopic(topic, rest)
		}
	}
	return func() error { return failed }
}

// knownTopic refuses what is left of a command line that asks for help, where a subcommand should be.
func knownTopic(cmd *cobra.Command, rest []string) error {
	if cmd.HasSubCommands() {
		return knownCommand(cmd, rest)
	}
	return nil
}

// knownCommand refuses what is left of the command line when no subcommand was recognised.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fail.Usage("there is no command %q; did you mean %s?", args[0], near[0])
	}
	return fail.Usage("there is no command %q", args[0])
}

// tidyCompletion makes a shell that completion does not know an error, and so what follows one that it knows; the library answers with
// its help, or with status 1.
func tidyCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	completion, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	completion.Args = knownCommand
	completion.Example = `  source <(mmring completion bash)   # in ~/.bashrc
  mmring completion zsh > "${fpath[1]}/_mmring"
  mmring completion fish > ~/.config/fish/completions/mmring.fish`
	completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, shell := range completion.Commands() {
		shell.Args = exactly()
		shell.Long = withoutMacOS(shell.Long)
	}
}

// withoutMacOS is what the library says of a shell, without the section on a system where there are no rings.
func withoutMacOS(text string) string {
	before, section, _ := strings.Cut(text, "#### macOS:")
	if _, after, found := strings.Cut(section, "You will need"); found {
		return strings.Replace(before, "#### Linux:\n\n", "", 1) + "You will need" + after
	}
	return text
}
