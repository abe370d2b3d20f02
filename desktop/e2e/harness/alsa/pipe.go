//go:build linux

package alsa

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// minPipeSize is the smallest size of a pipe. What is in the pipe is not heard yet.
const minPipeSize = 4096

// shrinkPipe makes the pipe as small as possible, or a player would be heard 170 ms late.
// What the player has written so far must be read for that, and is returned. The player
// would fill the pipe again at once, so it is stopped meanwhile, for less than a
// millisecond. (A shell with job control that started the player would notice.)
func shrinkPipe(in *os.File, player int) (backlog []byte, err error) {
	if hasPipe(player, in) { // else the player has ended, and another process is our parent now
		_ = syscall.Kill(player, syscall.SIGSTOP)
		defer func() { _ = syscall.Kill(player, syscall.SIGCONT) }()
	}
	buf := make([]byte, 1<<16) // the default size of a pipe
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_FCNTL, in.Fd(), syscall.F_SETPIPE_SZ, minPipeSize)
		switch errno {
		case 0:
			return trimSilence(backlog), nil
		case syscall.EBUSY: // the pipe holds more than fits
			n, err := in.Read(buf)
			if backlog = append(backlog, buf[:n]...); err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
		default:
			return nil, errno
		}
	}
}

// hasPipe reports whether a process has the other end of the pipe.
func hasPipe(process int, pipe *os.File) bool {
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

// trimSilence drops the zeros at the beginning: players start to write before they have
// anything to play, and hardware would have had less room for that.
func trimSilence(backlog []byte) []byte {
	for len(backlog) >= frameBytes && [frameBytes]byte(backlog) == ([frameBytes]byte{}) {
		backlog = backlog[frameBytes:]
	}
	return backlog
}
