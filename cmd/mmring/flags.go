package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError says which flag is wrong, how, and what it takes, of the library's errors about flags.
func flagError(_ *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		return fail.Usage("--%s: %w", value.GetFlag().Name, valueError(value))
	case errors.As(err, &missing):
		wanted, _ := pflag.UnquoteUsage(missing.GetFlag())
		return fail.Usage("--%s: the %s is missing", missing.GetFlag().Name, wanted)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return fail.Usage("there is no flag -%.1s", unknown.GetSpecifiedName())
	case errors.As(err, &unknown):
		return fail.Usage("there is no flag --%s", unknown.GetSpecifiedName())
	}
	return fail.Usage("%w", err)
}

// accepted is what flags take whose values are the library's; the tool's own kinds of values say themselves what is wrong with a text.
var accepted = map[string]string{
	"uint32":   "no whole number from 0 to 4294967295",
	"uint":     "no whole number from 0 to 18446744073709551615",
	"uint64":   "no whole number from 0 to 18446744073709551615",
	"int":      "no whole number, such as 64",
	"duration": "no time; write it like 200ms, 1.5s, 10m or 1h30m",
	"bool":     "neither true nor false",
}

func valueError(e *pflag.InvalidValueError) error {
	takes := accepted[e.GetFlag().Value.Type()]
	switch {
	case takes == "":
		return e.Unwrap()
	case errors.Is(e, strconv.ErrRange):
		takes += ": it is too large"
	}
	return fmt.Errorf("%q is %s", e.GetValue(), takes)
}
