package supervisor

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// watch calls changed whenever the file at path was written to, until stop is called,
// which waits for the last call. Where it cannot, it never calls (inotify(7)).
func watch(path string, changed func()) (stop func()) {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return func() {}
	}
	events := os.NewFile(uintptr(fd), "inotify")
	if _, err := unix.InotifyAddWatch(fd, path, unix.IN_MODIFY); err != nil {
		_ = events.Close()
		return func() {}
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		var many [4096]byte
		for {
			if _, err := events.Read(many[:]); err != nil {
				return
			}
			changed()
		}
	})
	return func() {
		_ = events.Close()
		wait.Wait()
	}
}
