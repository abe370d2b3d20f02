//go:build linux

package updates

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

// small mounts a disk with room for the program and half of another one.
func small(t *testing.T) func(path string) error {
	return func(path string) error {
		err := syscall.Mount("tmpfs", path, "tmpfs", 0, fmt.Sprintf("size=%d", len(programs.app)*3/2))
		if errors.Is(err, syscall.EPERM) {
			t.Skip("only root may mount a disk")
		}
		return err
	}
}

func TestAFullDiskIsLeftAsItWasAndTriedAgain(t *testing.T) {
	s := openStoreOn(t, small(t))
	s.must(s.pc.Open())
	s.runs(first)
	s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
	s.logs("a newer version was not downloaded", 1)
	s.must(harness.Until(t.Context(), "the disk to be as before", func() error {
		left, err := os.ReadDir(filepath.Dir(s.program))
		if err == nil && len(left) != 1 {
			err = errOf(left)
		}
		return err
	}))
	s.rings("1")
	s.isFile(first)
	s.must(syscall.Mount("tmpfs", filepath.Dir(s.program), "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", len(programs.app)*4)))
	s.runs("7.2.0")
}

func TestWhereTheFolderIsNotOursOrUpdatesAreOffPeopleAreOnlyTold(t *testing.T) {
	readOnly := func(s *store) {
		s.must(syscall.Mount("tmpfs", filepath.Dir(s.program), "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	}
	off := func(s *store) { s.pc.Env = append(s.pc.Env, "JUMUN_UPDATES=off") }
	for name, prepare := range map[string]func(*store){"a folder that is read-only": readOnly, "turned off": off} {
		t.Run(name, func(t *testing.T) {
			s := openStoreOn(t, small(t))
			prepare(s)
			s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
			s.must(s.pc.Open())
			s.until("the newer version is told", func(st ipc.Status) bool { return st.Newer == "7.2.0" && st.Version == first+"+e2e" })
			if d := s.device(); !d.ManualUpdates {
				t.Errorf("the server does not know: %+v", d)
			}
			s.isFile(first)
			if left, err := os.ReadDir(filepath.Dir(s.program)); err != nil || len(left) != 1 {
				t.Errorf("left: %v, %v", left, err)
			}
		})
	}
}
