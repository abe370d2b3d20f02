package platform

import (
	"context"
	"os"
	"os/exec"
	"strconv"
)

// This file was compiled but never run on macOS.

// An inhibitor is a process of caffeinate(8), which is a part of macOS. It ends with this process.
type inhibitor struct{ caffeinate *exec.Cmd }

// set replaces what was asked before: first the new is taken, then the old let go.
func (i *inhibitor) set(_ context.Context, w Wakefulness) error {
	old := *i
	defer old.close()
	*i = inhibitor{}
	if w == MaySleep {
		return nil
	}
	args := []string{"-i", "-w", strconv.Itoa(os.Getpid())}
	if w == ScreenOn {
		args = append(args, "-d", "-u") // -u lights a screen that is dark
	}
	next := exec.Command("/usr/bin/caffeinate", args...)
	if err := next.Start(); err != nil {
		return err
	}
	i.caffeinate = next
	return nil
}

func (i *inhibitor) close() {
	if i.caffeinate != nil {
		_ = i.caffeinate.Process.Kill()
		_ = i.caffeinate.Wait()
	}
}
