package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
)

// userLine is the line of SECURITY.md that makes a user.
var userLine = regexp.MustCompile(`(?m)^ACL SETUSER (\w+) .*$`)

func TestTheExamplesPublishWithTheRightsOfAnOrderServiceAndAServerHasEnough(t *testing.T) {
	if os.Getenv("JUMUN_TEST_DEPLOY") == "" {
		t.Skip("it needs Python, PHP, Node and their clients: make test-deploy")
	}
	redis := redistest.Start(t)
	raw, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range userLine.FindAllString(string(raw), -1) {
		if !strings.Contains(line, "cluster|") {
			redis.Ask(strings.Fields(line)...)
		}
	}
	as := func(user string) string { return strings.Replace(redis.URL(), "://", "://"+user+":PASSWORD@", 1) }
	s := &site{t: t, binary: buildServer(t), redis: as("jumun"), one: freeAddress(t), two: freeAddress(t), keys: filepath.Join(t.TempDir(), "keys.json")}
	s.run("keygen", "--keys", s.keys)
	s.startServers()
	node := t.TempDir()
	shell(t, node, "npm", "install", "--no-audit", "--no-fund", "--silent", "ioredis@5")
	shell(t, ".", "cp", "examples/order.mjs", node)
	for i, example := range []struct {
		dir  string
		args []string
	}{
		{"examples", []string{"/usr/bin/python3", "order.py"}}, {node, []string{"node", "order.mjs"}},
		{"examples", []string{"php", "order.php"}}, {"examples/go", []string{"go", "run", "."}},
	} {
		number := strconv.Itoa(1001 + i)
		cmd := exec.Command(example.args[0], append(example.args[1:], "42", number)...)
		cmd.Dir, cmd.Env = example.dir, append(os.Environ(), "REDIS_URL="+as("shop"))
		for range 2 { // sent again, it rings once
			again := *cmd
			if out, err := again.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "published "+number {
				t.Errorf("%v: %v: %s", example.args, err, out)
			}
		}
		s.until("the order of "+example.args[0]+" is recorded", func() bool {
			return strings.Count(s.run("order", "--mart", "42", "--order", number, "--show", "--redis", s.redis), "key shop/42/"+number) == 1
		})
	}
}

func buildServer(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "jumun-server")
	shell(t, ".", "go", "build", "-o", binary, "jumun/server")
	return binary
}

func shell(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
}
