package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/mmring/mmring/cmd/internal/demo"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/soak"
	"github.com/spf13/cobra"
)

// run executes the command line and returns the exit status.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)   // a second interrupt ends the process at once
	signal.Ignore(syscall.SIGPIPE) // a write fails instead, and what is open gets closed

	root := newRoot()
	root.SetArgs(args)
	helped := watchHelp(root)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = helped()
	}
	status := fail.Status(err)
	if status != fail.StatusOK {
		fmt.Fprintf(os.Stderr, "%s: %s\n", command.CommandPath(), fail.Plain(fail.Output(err)))
	}
	if status == fail.StatusUsage {
		fmt.Fprintf(os.Stderr, "Run '%s --help' for usage.\n", command.CommandPath())
	}
	return status
}

func newRoot() *cobra.Command {
	cobra.EnableCommandSorting = false // the order they are added in is one to read
	root := &cobra.Command{
		Use:   "mmring",
		Short: "Stream messages between processes of one machine through shared memory",
		Long: `mmring streams messages from one process to many on the same machine, through a
ring in shared memory.

A name without a slash, such as prices, is a ring in $MMRING_DIR, or in /dev/shm
if that is not set. A name with a slash is the path of a ring's file.

Results go to standard output, everything else to standard error. The exit
status is 0 for success, 1 for failure, 2 for a command line that makes no sense.`,
		Example: `  mmring demo                        see it work, and compare it with a socket
  seq 1000000 | mmring pub numbers   publish lines; in other terminals:
  mmring sub numbers --wait          print them
  mmring stat numbers                look at the ring`,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	addGroup(root, "Messages:", newPub(), newSub(), newWrite(), newRead(), newRecord(), newReplay())
	addGroup(root, "Rings:", newLs(), newStat(), newTop(), newCheck(), newDump(), newExport(), newRm())
	addGroup(root, "Does it work?", newDemo(), newTorture(), newSoak())
	root.AddCommand(partCommand(playCommand, demo.Play), partCommand(workCommand, tortureWork), partCommand(soakCommand, soak.Work), newMan())
	completeFlags(root)
	refuseOtherShells(root)
	return root
}

// watchHelp writes pages of help in one piece, and returns what says whether that failed: the library tells nobody.
func watchHelp(root *cobra.Command) (helped func() error) {
	var failed error
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		var page bytes.Buffer
		out := cmd.OutOrStdout()
		cmd.SetOut(&page)
		show(cmd, args)
		cmd.SetOut(nil)
		_, failed = page.WriteTo(out)
	})
	return func() error { return failed }
}

// refuseOtherShells makes a shell that completion does not know an error; the library answers with its help.
func refuseOtherShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Args = knownCommand
		completion.Example = `  source <(mmring completion bash)   # in ~/.bashrc
  mmring completion zsh > "${fpath[1]}/_mmring"
  mmring completion fish > ~/.config/fish/completions/mmring.fish`
		completion.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
}

// addGroup adds commands that the help shows together, in this order.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
	}
	root.AddCommand(commands...)
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
