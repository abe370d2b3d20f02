package deploy

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
)

// userLine is the line of SECURITY.md that makes a user.
var userLine = regexp.MustCompile(`(?m)^ACL SETUSER (\w+) .*$`)

// central is where Maven gets Spring from.
const central = "repo.maven.apache.org:443"

func TestTheSpringExamplePublishesWithTheRightsOfAnOrderService(t *testing.T) {
	if os.Getenv("JUMUN_TEST_DEPLOY") == "" {
		t.Skip("it needs Maven: make test-deploy")
	}
	if _, err := exec.LookPath("mvn"); err != nil {
		t.Skip("Spring is not tried: Maven is not installed")
	}
	conn, err := net.DialTimeout("tcp", central, 10*time.Second)
	if err != nil {
		t.Skip("Spring is not tried: Maven Central cannot be reached:", err)
	}
	conn.Close()
	s, shop := newShop(t)
	dir := filepath.Join(t.TempDir(), "spring")
	shell(t, ".", "cp", "-r", "examples/spring", dir)
	shell(t, dir, "mvn", "-q", "-B", "package")
	s.publishes(shop, dir, "1101", "java", "-jar", "target/shop.jar")
}

func TestTheExamplesPublishWithTheRightsOfAnOrderServiceAndAServerHasEnough(t *testing.T) {
	if os.Getenv("JUMUN_TEST_DEPLOY") == "" {
		t.Skip("it needs Python, PHP, Node and their clients: make test-deploy")
	}
	s, shop := newShop(t)
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
		s.publishes(shop, example.dir, strconv.Itoa(1001+i), example.args...)
	}
}

// publishes runs an example twice: what is sent again rings once.
func (s *site) publishes(redis, dir, number string, args ...string) {
	s.t.Helper()
	for range 2 {
		cmd := exec.Command(args[0], append(args[1:], "42", number)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "REDIS_URL="+redis)
		if out, err := cmd.CombinedOutput(); err != nil || strings.TrimSpace(string(out)) != "published "+number {
			s.t.Errorf("%v: %v: %s", args, err, out)
		}
	}
	s.until("the order of "+args[0]+" is recorded", func() bool {
		return strings.Count(s.run("order", "--mart", "42", "--order", number, "--show", "--redis", s.redis), "key shop/42/"+number) == 1
	})
}

// newShop starts two servers with the rights of a server, and returns the URL of Redis for an order service.
func newShop(t *testing.T) (s *site, shop string) {
	t.Helper()
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
	s = &site{t: t, binary: buildServer(t), redis: as("jumun"), one: freeAddress(t), two: freeAddress(t), keys: filepath.Join(t.TempDir(), "keys.json")}
	s.run("keygen", "--keys", s.keys)
	s.startServers()
	return s, as("shop")
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
