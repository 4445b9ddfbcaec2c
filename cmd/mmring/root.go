package main

import (
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
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	version := root.Flags().Bool("version", false, "print the version, as mmring version does")
	root.RunE = func(cmd *cobra.Command, _ []string) error {
		if *version {
			return printVersion(cmd.OutOrStdout())
		}
		return cmd.Help()
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 "))
	addGroup(root, "Messages:", newPub(), newSub(), newWrite(), newRead(), newRecord(), newReplay())
	addGroup(root, "Rings:", newLs(), newStat(), newTop(), newCheck(), newDump(), newExport(), newRm())
	addGroup(root, "Does it work?", newDemo(), newTorture(), newSoak())
	root.AddCommand(partCommand(playCommand, demo.Play), partCommand(workCommand, tortureWork), partCommand(soakCommand, soak.Work), newMan(), newVersion())
	completeFlags(root)
	tidyCompletion(root)
	return root
}

// addGroup adds commands that the help shows together, in this order.
func addGroup(root *cobra.Command, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: title, Title: title})
	for _, c := range commands {
		c.GroupID = title
	}
	root.AddCommand(commands...)
}
