//go:build linux

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jumun/shared/wire"
)

// jackson is what the example in Kotlin writes JSON with, as Debian has it.
const jackson = "/usr/share/java/jackson-databind.jar:/usr/share/java/jackson-core.jar:/usr/share/java/jackson-annotations.jar"

// A minter is an example of a shop's backend: its compiler, and how it is run.
type minter struct {
	name         string
	compile, run []string
}

func minters(dir string) []minter {
	const examples = "../../../deploy/examples/token"
	goProgram, classes := filepath.Join(dir, "token"), filepath.Join(dir, "classes")
	return []minter{
		{"Go", []string{"go", "build", "-o", goProgram, examples}, []string{goProgram}},
		{"Kotlin", []string{"kotlinc", examples + "/JumunToken.kt", "-cp", jackson, "-d", classes}, []string{"kotlin", "-cp", classes + ":" + jackson, "JumunTokenKt"}},
	}
}

// lend makes a key for devices of mart 42, and returns what a backend has of it.
func (s *server) lend() (env []string) {
	s.t.Helper()
	var made struct{ Kid string }
	if err := json.Unmarshal([]byte(s.run("keygen", "--keys", s.keys, "--role", "device", "--mart", "42", "--json")), &made); err != nil {
		s.t.Fatal(err)
	}
	raw, err := os.ReadFile(s.keys)
	if err != nil {
		s.t.Fatal(err)
	}
	var file struct{ Keys []struct{ Kid, K string } }
	if err := json.Unmarshal(raw, &file); err != nil {
		s.t.Fatal(err)
	}
	last := file.Keys[len(file.Keys)-1]
	if last.Kid != made.Kid {
		s.t.Fatalf("the new key is not the last one: %+v", made)
	}
	return []string{"JUMUN_KID=" + last.Kid, "JUMUN_KEY=" + last.K}
}

func TestThePageOfTheManualRingsWithATokenThatABackendMade(t *testing.T) {
	dir := t.TempDir()
	for _, m := range minters(dir) {
		t.Run(m.name, func(t *testing.T) {
			if out, err := exec.Command(m.compile[0], m.compile[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			s := newServer(t)
			key := s.lend()
			mint := func(mart string) string {
				cmd := exec.Command(m.run[0], append(m.run[1:], "user-7", `김 "점장" 민수`, mart)...)
				cmd.Env = append(os.Environ(), key...)
				out, err := cmd.Output()
				if err != nil {
					t.Errorf("%v: %v", m.run, err)
				}
				return strings.TrimSpace(string(out))
			}
			shop := startShop(t, func() string { return s.url }, func() string { return mint("42") })
			s.serve("127.0.0.1:0", "--allowed-origins", shop.URL)
			s.ringsOnAPageOf(shop.URL)
			if story := s.as(s.token(wire.RoleAdmin), "GET", wire.HistoryPath("42", "1001"), ""); !strings.Contains(story, `김 \"점장\" 민수`) {
				t.Errorf("who confirmed: %s", story)
			}
			if status := s.status(mint("43"), wire.EventsPath("43")); status != 401 && status != 403 {
				t.Errorf("its key opens another mart: %d", status)
			}
		})
	}
}

// ringsOnAPageOf opens the page of a shop, hears an order there, and confirms it.
func (s *server) ringsOnAPageOf(shop string) {
	s.t.Helper()
	out := plugIn(s.t)
	p := openBrowser(s.t, "ko", out.env).open(shop)
	p.until("connected", inside(".state")+"?"+connected)
	p.click("button.sound")
	s.order("1001")
	out.until(0, "order", 1)
	p.click("button.confirm")
	p.until("the server knows", `document.querySelector("jumun-receiver").desk.leader.acks.list.length === 0`)
}
