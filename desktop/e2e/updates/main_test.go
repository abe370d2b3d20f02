//go:build linux

package updates

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// first is the version that is built; others are copies of it in which the version is another.
const first = "7.1.0"

// A store is a desktop with a PC, a server and its folder of releases.
type store struct {
	*testing.T
	*harness.Session
	pc       *harness.PC
	server   *harness.Server
	admin    string // jumun-server
	program  string // what the system starts on the PC
	releases string
	key      string
}

// programs are built once: the app with the key that signs in all tests, and the server.
var programs struct {
	dir, server, key string
	app              []byte
}

func TestMain(m *testing.M) {
	if captured, err := harness.Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if os.Getenv("JUMUN_TEST_UPDATES") == "" {
		fmt.Println("skipped: make test-updates runs these")
		return
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if programs.dir, err = os.MkdirTemp("/var/tmp", "jumun-updates"); err != nil {
		return 1, err
	}
	defer os.RemoveAll(programs.dir)
	programs.server, programs.key = filepath.Join(programs.dir, "jumun-server"), filepath.Join(programs.dir, "release.key")
	if err := build(programs.server, "../../../server", ""); err != nil {
		return 1, err
	}
	out, err := exec.Command(programs.server, "release", "keygen", "--release-key", programs.key).Output()
	if err != nil {
		return 1, err
	}
	app := filepath.Join(programs.dir, "jumun")
	err = build(app, "../../../desktop", "-X main.version="+first+"+e2e -X jumun/desktop/internal/update.publicKeys="+string(bytes.Fields(out)[0]))
	if err == nil {
		programs.app, err = os.ReadFile(app)
	}
	if err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// build builds a program as go test does: with other flags, Fyne would be compiled once more.
func build(to, from, ldflags string) error {
	cmd := exec.Command("go", "build", "-tags", "migrated_fynedo,jumun_fast_updates", "-buildvcs=false", "-ldflags", ldflags, "-o", to, from)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", from, err, out)
	}
	return nil
}

// openStore makes a store whose PC runs the first version.
func openStore(t *testing.T) *store {
	t.Helper()
	return openStoreOn(t, func(string) error { return nil })
}

// openStoreOn is openStore with a disk for the programs that mount puts at a path.
func openStoreOn(t *testing.T, mount func(path string) error) *store {
	t.Helper()
	session, err := harness.New()
	if err != nil {
		t.Fatal(err)
	}
	s := &store{T: t, Session: session, admin: programs.server, key: programs.key, releases: filepath.Join(session.Dir, "releases"), program: filepath.Join(session.Dir, "bin", "jumun")}
	t.Cleanup(s.close)
	redis, err := s.OpenRedis(t.Context())
	s.must(err, os.Mkdir(s.releases, 0o700), os.Mkdir(filepath.Dir(s.program), 0o700), mount(filepath.Dir(s.program)), os.WriteFile(s.program, programs.app, 0o700), s.OpenScreen(t.Context()))
	url := fmt.Sprintf("redis://127.0.0.1:%d", redis.Port)
	s.server, err = s.OpenServer(t.Context(), s.admin, 0, url, "--redis", url, "--releases", s.releases)
	s.must(err)
	s.pc, err = s.NewPC("counter", s.program)
	s.must(err)
	chosen := settings.Default()
	chosen.Server, chosen.Mart, chosen.Login = "http://"+s.server.Addr(), "42", false
	s.must(s.pc.PlugIn(), s.pc.Set(chosen), s.pc.Pair(t.Context(), s.server, "42"))
	return s
}

func (s *store) close() {
	_, err := s.pc.Do(context.WithoutCancel(s.Context()), "quit")    // its programs are children of others by now
	_ = syscall.Unmount(filepath.Dir(s.program), syscall.MNT_DETACH) // it may be none
	log, _ := os.ReadFile(filepath.Join(s.pc.LogDir(), "jumun.log"))
	if err = errors.Join(err, s.Close()); err != nil {
		s.Error(err)
	}
	if s.Failed() {
		s.Logf("the log of the PC:\n%s", log)
	}
}

func (s *store) must(errs ...error) {
	s.Helper()
	if err := errors.Join(errs...); err != nil {
		s.Fatal(err)
	}
}

// release runs "jumun-server release" with the key.
func (s *store) release(args ...string) {
	s.Helper()
	out, err := exec.Command(s.admin, append(append([]string{"release"}, args...), "--releases", s.releases, "--release-key", s.key)...).CombinedOutput()
	if err != nil {
		s.Fatalf("release %v: %v: %s", args, err, out)
	}
}

// good returns the program of a version that works.
func (s *store) good(version string) string {
	s.Helper()
	path := filepath.Join(s.Dir, "good-"+version)
	s.must(os.WriteFile(path, bytes.ReplaceAll(programs.app, []byte(first+"+e2e"), []byte(version+"+e2e")), 0o700))
	return path
}

// bad returns the program of a version that has a fault.
func (s *store) bad(version, fault string, env ...string) string {
	s.Helper()
	path := filepath.Join(s.Dir, fault+"-"+version)
	cmd := exec.Command("go", "build", "-buildvcs=false", "-ldflags", "-X main.version="+version+" -X main.fault="+fault, "-o", path, "./standin")
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Fatalf("%v: %s", err, out)
	}
	return path
}

// until waits until the PC is as ok wants it, whichever program runs there.
func (s *store) until(what string, ok func(ipc.Status) bool) (last ipc.Status) {
	s.Helper()
	s.must(harness.Until(s.Context(), what, func() (err error) {
		if last, err = s.pc.Status(s.Context()); err == nil && !ok(last) {
			raw, _ := json.Marshal(last)
			err = fmt.Errorf("status is %s", raw)
		}
		return err
	}))
	return last
}

// runs waits until the PC runs a version from the file that the system starts, and is connected.
func (s *store) runs(version string) ipc.Status {
	s.Helper()
	return s.until("version "+version, func(st ipc.Status) bool {
		program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", st.PID))
		return err == nil && strings.HasPrefix(st.Version, version+"+") && st.State == ipc.Connected && program == s.program
	})
}

// logs waits until the log of the PC has a text so often.
func (s *store) logs(text string, times int) {
	s.Helper()
	s.must(harness.Until(s.Context(), "the log to say "+text, func() error {
		raw, err := os.ReadFile(filepath.Join(s.pc.LogDir(), "jumun.log"))
		if n := strings.Count(string(raw), text); err == nil && n < times {
			err = fmt.Errorf("it is there %d times of %d", n, times)
		}
		return err
	}))
}

// isFile checks that the system would start a version.
func (s *store) isFile(version string) {
	s.Helper()
	out, err := exec.Command(s.program, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "jumun "+version) {
		s.Errorf("the system would start %q, %v", out, err)
	}
}

// device returns what the server knows of the PC.
func (s *store) device() (d wire.Device) {
	s.Helper()
	out, err := s.server.Admin(s.Context(), "devices", "--mart", "42", "--json")
	var list wire.Devices
	s.must(err, json.Unmarshal(out, &list))
	if len(list.Devices) != 1 {
		s.Fatalf("%+v", list)
	}
	return list.Devices[0]
}

// publishes publishes an order.
func (s *store) publishes(number string) {
	s.Helper()
	_, err := s.server.Admin(s.Context(), "order", "--mart", "42", "--order", number)
	s.must(err)
}

// rings publishes an order, and confirms it once it rings.
func (s *store) rings(number string) {
	s.Helper()
	s.publishes(number)
	s.until("order "+number, func(st ipc.Status) bool { return st.Orders == 1 })
	_, err := s.pc.Do(s.Context(), "ack", number)
	s.must(err)
	s.until("nothing waits", func(st ipc.Status) bool { return st.Orders == 0 })
}
