//go:build !linux

package torture

import (
	"errors"
	"os"
	"os/exec"
	"time"
)

// Where there are no rings, nothing here is ever used.
var signalStop, signalContinue = os.Interrupt, os.Interrupt

const fateKill, fateStop = 0, 0

func prepare(*exec.Cmd, bool) {}

func haveNobody() bool { return false }

func awaitDeath(int) error { return errors.ErrUnsupported }

func signalSelfIn(time.Duration, uint64) {}

func mapShared(*os.File, int) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmap([]byte) {}
