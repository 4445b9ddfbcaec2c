package main

import (
	"path/filepath"
	"strings"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// completeRing offers the names of the rings there are, for the first argument.
func completeRing(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeRings(cmd, args, typed)
}

// completeRings offers the names of the rings there are, again and again. A path is the shell's to complete.
func completeRings(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	if strings.ContainsRune(typed, '/') {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return ringNames(names.Dir()), cobra.ShellCompDirectiveNoFileComp
}

// completeRingThenFile offers the names of rings, then files.
func completeRingThenFile(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 1 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return completeRing(cmd, args, typed)
}

// completeFileThenRing offers files, then the names of rings.
func completeFileThenRing(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return nil, cobra.ShellCompDirectiveDefault
	case 1:
		return completeRings(cmd, args, typed)
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// completeDirectory offers directories, for the one argument there may be.
func completeDirectory(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// ringNames lists the rings in a directory, as far as it can be read.
func ringNames(dir string) (rings []string) {
	l := lookout.Dir(dir)
	defer l.Close()
	found, _ := l.Look()
	for _, r := range found {
		if r.Name == filepath.Base(r.Path) { // no shell should get what is no text
			rings = append(rings, r.Name)
		}
	}
	return rings
}

// completeOf offers what the ring on the command line has. One that is missing, or cannot be looked at, has nothing.
func completeOf(has func(*ring.Snapshot) []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			if path, err := names.Path(args[0]); err == nil {
				if s, err := snapshot(path); err == nil {
					return has(&s), cobra.ShellCompDirectiveNoFileComp
				}
			}
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// idleConsumers is the names that a consumer can go on with.
func idleConsumers(s *ring.Snapshot) (consumers []string) {
	for _, c := range s.Consumers {
		if c.Name != "" && !c.Alive {
			consumers = append(consumers, c.Name)
		}
	}
	return consumers
}

func groupNames(s *ring.Snapshot) (groups []string) {
	found, _ := lookout.Groups(s)
	for i := range found {
		groups = append(groups, found[i].Name)
	}
	return groups
}

// chooser is the value of a flag that knows what can be written there. What ends with a colon or an equals sign goes on.
type chooser interface{ Choices() []string }

// completeFlags makes a command's flags offer what can be written there: the choices of those that have some, files for other text that
// names a place, and nothing for figures.
func completeFlags(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		completeFlags(sub)
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, own := cmd.GetFlagCompletionFunc(f.Name); own {
			return
		}
		if c, ok := f.Value.(chooser); ok {
			cmd.RegisterFlagCompletionFunc(f.Name, completeChoice(c)) // fails only for flags that do not exist, or have one
		} else if f.Value.Type() != "string" && f.Value.Type() != "bool" {
			cmd.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions)
		}
	})
}

func completeChoice(c chooser) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) (fit []string, d cobra.ShellCompDirective) {
		d = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveKeepOrder
		for _, choice := range c.Choices() {
			if !strings.HasPrefix(choice, typed) {
				continue
			}
			fit = append(fit, choice)
			if !strings.HasSuffix(choice, ":") && !strings.HasSuffix(choice, "=") {
				d &^= cobra.ShellCompDirectiveNoSpace
			}
		}
		return fit, d
	}
}
