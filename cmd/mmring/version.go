package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print what a report of a bug should say of this program",
		Long: `Print the version of mmring, the revision of its source if it was built in a
clone, the version of Go that built it and for what machine, and the version of
the layout: rings made with another one are refused.

mmring --version does the same.`,
		Example: `  mmring version`,
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return printVersion(cmd.OutOrStdout()) },
	}
}

func printVersion(out io.Writer) error {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		build = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	_, err := io.WriteString(out, versionText(build))
	return err
}

// versionText says what a program was built from.
func versionText(build *debug.BuildInfo) string {
	version, settings := "(unknown)", map[string]string{}
	if build.Main.Version != "" {
		version = build.Main.Version
	}
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	text := fmt.Sprintf("mmring %s\n", version)
	if revision := settings["vcs.revision"]; revision != "" {
		changes := ""
		if settings["vcs.modified"] == "true" {
			changes = ", with changes that are not committed"
		}
		text += fmt.Sprintf("revision %s of %s%s\n", revision, settings["vcs.time"], changes)
	}
	return text + fmt.Sprintf("%s, %s/%s\nlayout version %d\n", build.GoVersion, runtime.GOOS, runtime.GOARCH, ring.LayoutVersion)
}
