//go:build linux

package updates

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/e2e/harness"
)

// cutPower kills every program of the PC, whichever version it is.
func (s *store) cutPower() {
	s.Helper()
	s.must(harness.KillAll(s.Context(), func() (pids []int) {
		programs, _ := filepath.Glob("/proc/[0-9]*/exe") // its pattern is right
		for _, link := range programs {
			if path, err := os.Readlink(link); err == nil && strings.HasPrefix(path, s.program) {
				pid, _ := strconv.Atoi(strings.Split(link, "/")[2])
				pids = append(pids, pid)
			}
		}
		return pids
	}))
}

// killWatcher kills the process that has started a program, and watches it.
func (s *store) killWatcher(program string) {
	s.Helper()
	s.must(harness.Until(s.Context(), "a program that is watched", func() error {
		programs, err := filepath.Glob("/proc/[0-9]*/exe")
		for _, link := range programs {
			if path, err := os.Readlink(link); err != nil || path != program {
				continue
			}
			stat, err := os.ReadFile(filepath.Join(filepath.Dir(link), "stat"))
			if err != nil {
				return err
			}
			parent, err := strconv.Atoi(strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')'):]))[2])
			if err == nil {
				err = syscall.Kill(parent, syscall.SIGKILL)
			}
			return err
		}
		return errors.Join(err, errors.New("there is none"))
	}))
}

func TestAKilledWatcherLeavesThePCToNoVersionThatHangs(t *testing.T) {
	s := openStore(t)
	s.must(s.pc.Open())
	s.runs(first)
	s.release("add", "7.2.0", s.bad("7.2.0", "hang"), "--percent", "100")
	s.logs("another program takes over", 1)
	s.killWatcher(s.program + ".new")
	s.runs(first)
	s.rings("1")
	s.release("add", "7.3.0", s.good("7.3.0"), "--percent", "100")
	s.runs("7.3.0")
}

func TestAKilledWatcherOfTheLastStepLeavesThePCToTheNewVersion(t *testing.T) {
	s := openStore(t)
	s.must(s.pc.Open())
	s.runs(first)
	s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
	s.logs("another program takes over", 2)
	s.killWatcher(s.program)
	s.rings("1")
	s.runs("7.2.0")
}

// isOn starts the PC, and waits until it rings.
func (s *store) isOn(order string) {
	s.Helper()
	s.must(s.pc.Open())
	s.rings(order)
}

func TestAPowerCutAtEachStepLeavesAProgramThatStartsAndRings(t *testing.T) {
	s := openStore(t)
	s.must(s.pc.Open())
	s.runs(first)
	s.release("add", "7.2.0", s.bad("7.2.0", "hang"), "--percent", "100")
	s.logs("another program takes over", 1)
	s.cutPower() // while a bad one is tried
	s.isFile(first)
	s.isOn("1")

	s.release("add", "7.3.0", s.good("7.3.0"), "--percent", "100")
	s.logs("version=7.3.0 file="+s.program+".new", 1)
	s.cutPower() // while a good one is tried
	s.isFile(first)
	s.isOn("2")

	s.logs("this version has taken the place of the old one", 1)
	s.cutPower() // before all of jumun has started again from there
	s.isFile("7.3.0")
	s.isOn("3")
	s.runs("7.3.0")
}

func TestPowerCutsAtAnyMomentDoNotKeepThePCFromTheNewVersion(t *testing.T) {
	s := openStore(t)
	s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
	on := 0
	for ; on < 6 && s.tries() < 2; on++ { // a third try without an outcome gives the version up
		s.isOn(fmt.Sprint(on))
		<-time.After(rand.N(8 * time.Second)) // somewhere in the update, which takes as long
		s.cutPower()
		if out, err := os.ReadFile(s.program); err != nil || len(out) != len(programs.app) {
			t.Fatalf("the program has %d bytes, %v", len(out), err)
		}
	}
	s.isOn(fmt.Sprint(on))
	s.runs("7.2.0")
}

// tries returns how often a new version was tried.
func (s *store) tries() int {
	log, err := os.ReadFile(filepath.Join(s.pc.LogDir(), "jumun.log"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		s.Fatal(err)
	}
	return strings.Count(string(log), " file="+s.program+".new")
}
