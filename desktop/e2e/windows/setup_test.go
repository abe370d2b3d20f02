//go:build linux

package windows

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/e2e/windows/wine"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// setup runs the setup, which must end with a status.
func (s *store) setup(want int, options string) {
	s.Helper()
	if code, err := s.user.Setup(options); err != nil || code != want {
		s.Fatalf("the setup ended with %d, %v; want %d", code, err, want)
	}
}

// pairing returns the options that pair this PC by a code.
func (s *store) pairing(code string) string {
	return fmt.Sprintf(`/SERVER="http://%s" /MART="42" /CODE="%s"`, s.server.Addr(), code)
}

func TestASetupInstallsPairsUpgradesWhileAnOrderRingsAndRemoves(t *testing.T) {
	s := open(t, "홍 길동")
	s.must(s.user.Uninstalled())
	code, err := s.server.Code(s.Context(), "42")
	s.must(err)
	s.setup(0, s.pairing(code))
	s.untilStatus("connected", isConnected)
	if starts, err := s.user.StartsAtLogin(); !starts || err != nil {
		t.Errorf("it starts at login: %v, %v", starts, err)
	}

	s.sell("42", "1701")
	before := s.rings("1701")
	s.setup(0, "")
	s.untilStatus("the new agent", func(s ipc.Status) bool { return s.PID != before.PID && isConnected(s) })
	s.rings("1701")
	s.confirm(s.popup("1701"))
	s.silent()
	s.acknowledged("1701")

	s.must(s.user.Uninstall())
	s.until("the program to be gone", func() error {
		if s.user.HasLocal("Programs/jumun") {
			return fmt.Errorf("it is there")
		}
		return nil
	})
	if starts, err := s.user.StartsAtLogin(); starts || err != nil {
		t.Errorf("it starts at login: %v, %v", starts, err)
	}
	kept, err := settings.Load(s.user.Local("jumun/settings.json"))
	if err != nil || kept.Mart != "" || kept.Server == "" || !s.user.HasLocal("jumun/orders.log") {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if s.user.HasLocal("jumun/tokens.json") {
		t.Error("the token is left")
	}
}

func TestASetupThatCannotPairSaysSoAndJumunRuns(t *testing.T) {
	s := open(t, "lee")
	s.must(s.user.Uninstalled())
	s.setup(2, s.pairing("ZZZZ-ZZZZ"))
	s.untilStatus("an answer", func(s ipc.Status) bool { return s.State == ipc.NotSet })
	if said, err := os.ReadFile(s.user.Local("jumun/log/setup.log")); !strings.Contains(string(said), "번호") {
		t.Errorf("setup.log says %s, %v", said, err)
	}
}

// On a build server there is a real Windows, and nobody: the same test runs there.
func TestTheTestForAPCThatNobodyLooksAtPassesOnWine(t *testing.T) {
	s := open(t, "runner")
	s.must(s.user.Uninstalled())
	test := s.buildForWindows("runner.test.exe", "./desktop/e2e/windows/runner", "test", "-c")
	server := s.buildForWindows("jumun-server.exe", "./server", "build")
	s.user.Env["JUMUN_TEST_SETUP"] = wine.Name(s.Path("build/windows/jumun-setup.exe"))
	s.user.Env["JUMUN_TEST_SERVER"] = wine.Name(server)
	redis, err := s.OpenRedis(s.Context()) // of its own, since its server has keys of its own
	s.must(err)
	s.user.Env["JUMUN_REDIS"] = fmt.Sprintf("redis://127.0.0.1:%d", redis.Port)
	got, err := s.user.Run(wine.Name(test), "-test.v", "-test.timeout=10m")
	s.Logf("%s%s", got.Out, got.Err)
	if err != nil || got.Code != 0 || !strings.Contains(got.Out, "--- PASS") {
		t.Errorf("it ended with %d, %v", got.Code, err)
	}
}

// buildForWindows builds a program of the project, by "go build" or "go test -c", and returns its path.
func (s *store) buildForWindows(name, from string, how ...string) string {
	s.Helper()
	out := filepath.Join(s.Dir, name)
	build := exec.Command("go", append(how, "-o", out, from)...)
	build.Dir, build.Env = s.Path(), append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		s.Fatalf("%v: %s", err, said)
	}
	return out
}
