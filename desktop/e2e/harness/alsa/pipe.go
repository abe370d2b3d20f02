//go:build linux

package alsa

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// pipeBytes is the least a pipe can hold: what is in it was sent and is not heard yet.
const pipeBytes = 4096

// narrow makes the pipe as small as it can be, or a player would be heard 170 ms late. What
// the player has put in before we came must come out for that, and the player would put
// in more as fast as it comes out: it is stopped meanwhile, for less than a millisecond.
// (A shell with job control that started the player would take notice.)
func narrow(in *os.File, player int) (flood []byte, err error) {
	if holds(player, in) { // else it has gone, and somebody else is our parent now
		_ = syscall.Kill(player, syscall.SIGSTOP)
		defer func() { _ = syscall.Kill(player, syscall.SIGCONT) }()
	}
	some := make([]byte, 1<<16) // as much as a pipe holds
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_FCNTL, in.Fd(), syscall.F_SETPIPE_SZ, pipeBytes)
		switch errno {
		case 0:
			return unplayed(flood), nil
		case syscall.EBUSY: // it holds more than would fit
			n, err := in.Read(some)
			if flood = append(flood, some[:n]...); err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
		default:
			return nil, errno
		}
	}
}

// holds says whether a process has the other end of the pipe.
func holds(process int, pipe *os.File) bool {
	name, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", pipe.Fd()))
	if err != nil {
		return false
	}
	dir := fmt.Sprintf("/proc/%d/fd/", process)
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if other, err := os.Readlink(dir + e.Name()); err == nil && other == name {
			return true
		}
	}
	return false
}

// unplayed drops the zeros at the beginning: players start to write before they have
// anything to play, and hardware would have had less room for that.
func unplayed(flood []byte) []byte {
	for len(flood) >= frameBytes && [frameBytes]byte(flood) == ([frameBytes]byte{}) {
		flood = flood[frameBytes:]
	}
	return flood
}
