//go:build linux

package windows

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

// updates are a server with a folder of releases, and the version of jumun that takes them.
type updates struct {
	*store
	dir, key, admin string
	server          *harness.Server
	app             []byte
}

func (s *store) withUpdates() *updates {
	s.Helper()
	dir := s.TempDir()
	u := &updates{store: s, dir: filepath.Join(dir, "releases"), key: filepath.Join(dir, "release.key"), admin: filepath.Join(s.Dir, "jumun-server")}
	s.must(os.Mkdir(u.dir, 0o700))
	public := u.run(exec.Command(u.admin, "release", "keygen", "--release-key", u.key))
	app := filepath.Join(dir, "jumun.exe")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "migrated_fynedo,jumun_fast_updates", "-o", app,
		"-ldflags", "-X main.version=7.1.0+e2e -X jumun/desktop/internal/update.publicKeys="+strings.Fields(public)[0]+" -s -w -H windowsgui", "./desktop")
	build.Dir, build.Env = s.Path(""), append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=1", "CC=x86_64-w64-mingw32-gcc")
	u.run(build)
	var err error
	u.app, err = os.ReadFile(app)
	s.must(err)
	s.must(os.WriteFile(s.user.Path("AppData/Local/Programs/jumun/jumun.exe"), u.app, 0o700))
	url := fmt.Sprintf("redis://127.0.0.1:%d", s.redis.Port)
	u.server, err = s.OpenServer(s.Context(), u.admin, 0, url, "--redis", url, "--releases", u.dir)
	s.must(err)
	s.Cleanup(func() { _ = u.server.Stop() }) // the session looks how it ended
	return u
}

func (u *updates) run(cmd *exec.Cmd) string {
	u.Helper()
	out, err := cmd.Output()
	if err != nil {
		u.Fatalf("%v: %v", cmd.Args[:2], err)
	}
	return string(out)
}

// adds adds the program of a version to the list.
func (u *updates) adds(version string, program []byte) {
	u.Helper()
	path := filepath.Join(u.TempDir(), "jumun.exe")
	u.must(os.WriteFile(path, program, 0o700))
	u.run(exec.Command(u.admin, "release", "add", version, path, "--percent", "100", "--releases", u.dir, "--release-key", u.key))
}

// copyOf returns the program with another version.
func (u *updates) copyOf(version string) []byte {
	return bytes.ReplaceAll(u.app, []byte("7.1.0+e2e"), []byte(version+"+e2e"))
}

// runs waits until jumun.exe is a version, and nothing else of jumun runs.
func (u *updates) runs(version string) {
	u.Helper()
	u.untilStatus("version "+version, func(s ipc.Status) bool { return isConnected(s) && s.Version == version+"+e2e" })
	u.until("it to run from its place", func() error {
		others, err := u.Processes("jumun.new.exe")
		if err == nil && len(others) > 0 {
			err = fmt.Errorf("still there: %v", others)
		}
		return err
	})
	if program, err := os.ReadFile(u.user.Path("AppData/Local/Programs/jumun/jumun.exe")); err != nil || !bytes.Equal(program, u.copyOf(version)) {
		u.Errorf("jumun.exe is not version %s, %v", version, err)
	}
}

// confirmed publishes an order and confirms it.
func (u *updates) confirmed(number string) {
	u.Helper()
	_, err := u.server.Admin(u.Context(), "order", "--mart", "77", "--order", number)
	u.must(err)
	u.untilStatus("order "+number, func(s ipc.Status) bool { return s.Orders == 1 })
	_, err = u.user.Do("ack", number)
	u.must(err)
	u.untilStatus("nothing waits", func(s ipc.Status) bool { return s.Orders == 0 })
}

func TestOnWindowsAGoodVersionTakesThePlaceOfTheOldOneAndABadOneIsGivenUp(t *testing.T) {
	u := open(t, "update").withUpdates()
	u.must(u.user.Pair(t.Context(), u.server, "77"))
	u.must(u.user.Open())
	u.runs("7.1.0")
	u.adds("7.2.0", u.copyOf("7.2.0"))
	u.runs("7.2.0")
	u.confirmed("7701")

	u.adds("7.3.0", u.bad("7.3.0", "crash"))
	u.until("it to be given up", func() error {
		if n := strings.Count(u.user.Log(), "the other program is not healthy"); n < 2 {
			return fmt.Errorf("it failed %d times", n)
		}
		return nil
	})
	u.runs("7.2.0")
	u.confirmed("7702")

	u.adds("7.4.0", u.bad("7.4.0", "hang"))
	u.killsWatcher()
	u.runs("7.2.0")
	u.confirmed("7703")
}

func TestOnWindowsAProgramOfAnotherUserIsLeftToThatUser(t *testing.T) {
	u := open(t, "guest").withUpdates()
	folder := u.user.Path("AppData/Local/Programs/jumun")
	if err := os.Chown(filepath.Join(folder, "jumun.exe"), 4242, -1); err != nil {
		t.Skip("only root may give a file away:", err)
	}
	before, err := os.ReadDir(folder)
	u.must(err)
	u.adds("7.2.0", u.copyOf("7.2.0"))
	u.must(u.user.Pair(t.Context(), u.server, "77"))
	u.must(u.user.Open())
	u.untilStatus("the newer version is told", func(s ipc.Status) bool { return s.Newer == "7.2.0" && s.Version == "7.1.0+e2e" })
	if after, err := os.ReadDir(folder); err != nil || len(after) != len(before) {
		t.Errorf("beside it are %v, %v", after, err)
	}
}

// bad returns a program that has a fault.
func (u *updates) bad(version, fault string) []byte {
	u.Helper()
	path := filepath.Join(u.TempDir(), "bad.exe")
	build := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-X main.version="+version+" -X main.fault="+fault+" -H windowsgui", "-o", path, "./desktop/e2e/updates/standin")
	build.Dir, build.Env = u.Path(""), append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	u.run(build)
	program, err := os.ReadFile(path)
	u.must(err)
	return program
}

// killsWatcher kills the process that watches the program on trial, once there is one.
func (u *updates) killsWatcher() {
	u.Helper()
	u.until("a program on trial", func() error {
		on, err := u.Processes("jumun.new.exe")
		switch {
		case err != nil:
			return err
		case len(on) == 0:
			return errors.New("there is none")
		}
		return u.Kill(int(on[0].Parent), 1)
	})
}
