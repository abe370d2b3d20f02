package main

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// announced is how a server tells of the Redis inside it.
var announced = regexp.MustCompile(`redis=(redis://(\S+)) file=(\S+)`)

// serveEmbedded runs a server with a Redis inside, and returns the Redis's URL without its password,
// its address, and the file that has both.
func serveEmbedded(t *testing.T) (server *program, url, address, file string) {
	t.Helper()
	server = serve(t, "--embedded-listen", "127.0.0.1:0")
	m := announced.FindStringSubmatch(server.err.String())
	if m == nil {
		t.Skip("the password has no file here: " + server.err.String())
	}
	return server, m[1], m[2], m[3]
}

func TestWithoutRedisGivenTheWholeThingWorksInOneProcess(t *testing.T) {
	server, url, _, file := serveEmbedded(t)
	secret, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pc := connect(t, server.url, "42")
	publish(t, strings.TrimSpace(string(secret)), "order", publication("42", "1001"))
	pc.wants(t, "42", "1001")
	for _, args := range []string{
		"order --mart 42 --order 1002", "demo --mart 42 --count 1", "order --mart 42 --order 1002 --show", "pair --mart 42",
		"devices --mart 42", "revoke --mart 42 --yes", "order --mart 42 --order 1003 --dry-run",
	} {
		if code, _, stderr := do(t, nothing, append(strings.Fields(args), "--redis", url)...); code != exitDone {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
	}
	pc.wants(t, "42", "1002", order.OrderID(time.Now().Format("20060102")+"-0001"))
	log := server.err.String()
	if !strings.Contains(log, "FORGETS") || strings.Contains(log, string(secret[strings.IndexByte(string(secret), '@')-10:])) {
		t.Errorf("it does not say that it forgets, or says the password: %s", log)
	}
}

func TestAnotherUserOfTheMachineCannotUseTheRedisInsideAServerNorEndIt(t *testing.T) {
	server, url, address, file := serveEmbedded(t)
	pc := connect(t, server.url, "42")
	secret, err := os.ReadFile(file)
	if err == nil {
		err = os.Remove(file) // which another user cannot read
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"order --mart 42 --order 666", "pair --mart 42", "devices --mart 42"} {
		code, _, stderr := do(t, nothing, append(strings.Fields(args), "--redis", url)...)
		if code != exitFailed || !strings.Contains(stderr, "run this as its user") {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
	}
	for _, text := range []string{"*0\r\n", "*-1\r\n", "*1\r\n$9223372036854775806\r\n", "*3\r\n$4\r\nEVAL\r\n$17\r\nwhile true do end\r\n$1\r\n0\r\n"} {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close() // it stays open meanwhile
		fmt.Fprint(c, text)
	}
	publish(t, strings.TrimSpace(string(secret)), "order", publication("42", "1001"))
	pc.wants(t, "42", "1001")
	if got := status(t, server.url+wire.ReadyPath); got != 200 {
		t.Errorf("ready: %d", got)
	}
}
