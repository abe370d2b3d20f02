//go:build linux

package updates

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/shared/release"
	"jumun/shared/wire"
)

func TestTwoUpdatesInARowAndBackAgainWhenTheNewestIsRevoked(t *testing.T) {
	s := openStore(t)
	s.must(s.pc.Open())
	s.runs(first)
	s.rings("1")
	s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
	s.runs("7.2.0")
	s.isFile("7.2.0")
	s.rings("2")
	s.release("add", "7.3.0", s.good("7.3.0"), "--percent", "100")
	s.runs("7.3.0")
	s.isFile("7.3.0")
	s.release("revoke", "7.3.0")
	s.runs("7.2.0")
	s.isFile("7.2.0")
	s.rings("3")
	s.must(harness.Until(t.Context(), "the server to know", func() error {
		if d := s.device(); d.Version != "7.2.0+e2e" || d.FailedUpdate != "" || d.Platform != "linux/amd64" {
			return errOf(d)
		}
		return nil
	}))
	s.must(harness.Until(t.Context(), "nothing to be left of it", func() error {
		left, err := os.ReadDir(filepath.Dir(s.program))
		if err == nil && len(left) != 1 {
			err = errOf(left)
		}
		return err
	}))
}

func TestAVersionThatDoesNotWorkIsTriedTwiceAndGivenUpAndTheNextOneIsTaken(t *testing.T) {
	for _, fault := range []string{"crash", "hang"} {
		t.Run(fault, func(t *testing.T) {
			s := openStore(t)
			s.must(s.pc.Open())
			s.runs(first)
			s.release("add", "7.2.0", s.bad("7.2.0", fault), "--percent", "100")
			s.logs("the other program is not healthy", 2)
			s.runs(first)
			s.isFile(first)
			s.rings("1")
			var d wire.Device
			s.must(harness.Until(t.Context(), "the server to know", func() error {
				if d = s.device(); d.FailedUpdate != "7.2.0" || d.FailedReason == "" {
					return errOf(d)
				}
				return nil
			}))
			t.Logf("given up: %s", d.FailedReason)
			s.release("add", "7.3.0", s.good("7.3.0"), "--percent", "100")
			s.runs("7.3.0")
			s.logs("the other program is not healthy", 2)
		})
	}
}

func TestAVersionThatCannotBeHeardWhereTheOldOneCouldIsStopped(t *testing.T) {
	s := openStore(t)
	s.must(s.pc.Open())
	s.runs(first)
	s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
	s.logs("another program takes over", 1)
	s.must(s.pc.Unplug())
	s.logs("it cannot be heard", 1)
	s.runs(first)
	s.must(s.pc.PlugIn())
	s.rings("1")
	s.runs("7.2.0") // the first failure may pass
}

func TestWhatIsNotInOrderIsNotTaken(t *testing.T) {
	s := openStore(t)
	s.release("add", "7.0.0", s.good("7.0.0"), "--percent", "100")
	old := s.list()
	s.release("renew") // the PC sees a newer list than old
	s.must(s.pc.Open())
	s.runs(first)
	s.must(harness.Until(t.Context(), "the PC to have asked", func() error {
		if d := s.device(); d.Version == "" {
			return errOf(d)
		}
		return nil
	}))

	windows := s.bad("7.2.0", "crash", "GOOS=windows", "CGO_ENABLED=0")
	s.release("add", "7.2.0", windows, "--percent", "100") // wrong platform: nothing happens
	s.logs("no newer version was looked for", 0)

	s.put(old)
	s.logs("older than one that was seen before", 1)

	s.release("add", "7.3.0", s.good("7.3.0"), "--percent", "100", "--expires", "1ms")
	s.logs("the list of releases has expired", 1)

	name := filepath.Join(s.releases, "jumun-7.3.0-linux-amd64")
	whole, err := os.ReadFile(name)
	s.must(err)
	corrupt := bytes.Clone(whole)
	corrupt[len(corrupt)/2] ^= 1
	s.must(os.WriteFile(name, corrupt, 0o600))
	s.release("renew")
	s.logs("the file is not the one in the list of releases", 1)
	s.isFile(first)

	s.must(os.WriteFile(name, whole, 0o600)) // now all is right
	s.runs("7.3.0")
}

// list returns the list of releases with its signature, and put puts it back.
func (s *store) list() (files [2][]byte) {
	for i, name := range []string{release.SignatureFile, release.ManifestFile} {
		var err error
		files[i], err = os.ReadFile(filepath.Join(s.releases, name))
		s.must(err)
	}
	return files
}

func (s *store) put(files [2][]byte) {
	for i, name := range []string{release.SignatureFile, release.ManifestFile} {
		s.must(os.WriteFile(filepath.Join(s.releases, name), files[i], 0o600))
	}
}

func TestAnOrderThatWaitsIsNeverInterrupted(t *testing.T) {
	s := openStore(t)
	s.must(s.pc.Open())
	before := s.runs(first)
	s.publishes("1")
	s.until("the order", func(st ipc.Status) bool { return st.Orders == 1 })
	s.release("add", "7.2.0", s.good("7.2.0"), "--percent", "100")
	s.release("minimum", "7.2.0") // as urgent as can be
	s.logs("a newer version was downloaded", 1)
	tick := time.NewTicker(200 * time.Millisecond) // as often as it is looked whether it may be tried
	defer tick.Stop()
	for range 10 {
		<-tick.C
		if st := s.until("it rings on", func(st ipc.Status) bool { return st.Orders == 1 }); st.PID != before.PID {
			t.Fatal("jumun has started again while an order waited")
		}
	}
	_, err := s.pc.Do(t.Context(), "ack", "1")
	s.must(err)
	s.runs("7.2.0")
}
