package main

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// leastRights returns the line of SECURITY.md that makes the servers' user, and those that add to it
// on a Cluster.
func leastRights(t *testing.T) (user []string, onCluster []string) {
	t.Helper()
	raw, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^ACL SETUSER jumun .*$`).FindAllString(string(raw), -1)
	if len(lines) != 2 {
		t.Fatalf("SECURITY.md makes the user in %d lines", len(lines))
	}
	return strings.Fields(lines[0]), strings.Fields(lines[1])
}

// withLeastRights makes that user, and returns the URL of r for it. Nothing that a user was denied
// has been written down yet.
func withLeastRights(t *testing.T, r *redistest.Redis) (url string) {
	t.Helper()
	user, _ := leastRights(t)
	r.Ask(user...)
	r.Ask("ACL", "LOG", "RESET")
	return strings.Replace(r.URL(), "://", "://jumun:PASSWORD@", 1)
}

func TestAServerWorksWithTheLeastRightsOfSECURITY(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	url := withLeastRights(t, redis)
	server := serve(t, "--redis", url)
	paired := pairDevice(t, server.url, url, "카운터")
	pc := hear(t, server.url, paired.Token)

	paid(t, server, "42", "1")
	publish(t, url, "order", publication("42", "2"))
	pc.wants(t, "42", "1", "2") // the ways in do not wait for each other
	redis.Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "3")
	pc.wants(t, "42", "3")
	acknowledge(t, server, "42", "1", "카운터")
	if e := pc.next(t); e["event"] != wire.AckEvent {
		t.Errorf("got %v", e)
	}
	connect(t, server.url, "42").wants(t, "42", "2", "3")
	wantTest(t, server, pc, paired.Token)
	if code, out, said := do(t, nothing, "devices", "--mart", "42", "--redis", url); code != exitDone || !strings.Contains(out, paired.Device) {
		t.Errorf("devices: %s%s", out, said)
	}
	if code, _, said := do(t, nothing, "order", "--mart", "42", "--order", "4", "--redis", url); code != exitDone {
		t.Errorf("order: %s", said)
	}
	pc.wants(t, "42", "4")
	revoke(t, url, "--device", paired.Device)
	pc.wantRevoked(t)
	server.stop(t)
	if denied := redis.Ask("ACL", "LOG"); denied != "" {
		t.Errorf("denied:\n%s", denied)
	}
}

// wantTest sends a test alarm, which the device hears and answers.
func wantTest(t *testing.T, server *program, pc *device, token string) {
	t.Helper()
	admin := signed(t, claims(wire.RoleAdmin, "42"))
	id := testOf(t, server, admin)
	if e := pc.next(t); e["event"] != wire.TestEvent {
		t.Errorf("got %v", e)
	}
	tell(t, server, token, id, `{"sounded":true}`, http.StatusNoContent)
	if found := resultOf(t, server, admin, id); len(found.Devices) == 0 {
		t.Error("the answer is not shown")
	}
}

func TestAServerWorksWithTheLeastRightsOnAClusterToo(t *testing.T) {
	cluster := redistest.StartCluster(t)
	user, more := leastRights(t)
	for _, node := range cluster.Nodes {
		node.Ask(user...)
		node.Ask(more...)
		node.Ask("ACL", "LOG", "RESET")
	}
	url := strings.Replace(cluster.URL(), "://", "://jumun:PASSWORD@", 1)
	server := serve(t, "--redis", url)
	paired := pairDevice(t, server.url, url, "카운터")
	pc := hear(t, server.url, paired.Token)
	paid(t, server, "42", "1")
	publish(t, url, "order", publication("42", "2"))
	pc.wants(t, "42", "1", "2") // the ways in do not wait for each other
	cluster.Node("jumun:orders").Ask("XADD", "jumun:orders", "*", "martId", "42", "orderId", "3")
	pc.wants(t, "42", "3")
	acknowledge(t, server, "42", "1", "카운터")
	if e := pc.next(t); e["event"] != wire.AckEvent {
		t.Errorf("got %v", e)
	}
	wantTest(t, server, pc, paired.Token)
	revoke(t, url, "--device", paired.Device)
	pc.wantRevoked(t)
	server.stop(t)
	for _, node := range cluster.Nodes {
		if denied := node.Ask("ACL", "LOG"); denied != "" {
			t.Errorf("denied:\n%s", denied)
		}
	}
}

func TestAnOrderServiceNeedsNoMoreThanItsLineOfSECURITY(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	pc := connect(t, server.url, "42")
	raw, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	redis.Ask(strings.Fields(regexp.MustCompile(`(?m)^ACL SETUSER shop .*$`).FindString(string(raw)))...)
	cli := "redis-cli -e --no-auth-warning -u " + strings.Replace(redis.URL(), "://", "://shop:PASSWORD@", 1)
	shell(t, cli+" XADD jumun:orders '*' martId 42 orderId 1")
	pc.wants(t, "42", "1")
	shell(t, cli+` PUBLISH order '{"martId":42,"orderId":2}'`)
	pc.wants(t, "42", "2")
	shell(t, "! "+cli+" XADD 'jumun:{42}:log' '*' event x")
}

func TestAServerWithoutARightIsNotReadyUntilItHasItAndSaysWhichItIs(t *testing.T) {
	redis := redistest.Start(t)
	url := withLeastRights(t, redis)
	redis.Ask("ACL", "SETUSER", "jumun", "-xreadgroup", "resetchannels", "&jumun:*")
	server := serveUnready(t, "--redis", url)
	line := "ACL SETUSER jumun &order +xreadgroup"
	eventually(t, "the log has the line to run", func() bool { return strings.Contains(server.err.String(), line) })
	if got := status(t, server.url+wire.ReadyPath); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d", got)
	}
	redis.Ask(strings.Fields(line)...)
	eventually(t, "ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusOK })
	if strings.Contains(server.err.String(), "PASSWORD") {
		t.Error("the log tells the password")
	}
}

func TestARedisThatComesLateIsJudgedWhenItComes(t *testing.T) {
	user, _ := leastRights(t)
	redis := redistest.Start(t, append([]string{"--user"}, append(user[2:3], strings.Fields(strings.Join(user[5:], " ")+" -hset")...)...)...)
	redis.Kill()
	server := serveUnready(t, "--redis", strings.Replace(redis.URL(), "://", "://jumun:PASSWORD@", 1))
	eventually(t, "the log says that Redis is away", func() bool { return strings.Contains(server.err.String(), "refused") })
	redis.Restart()
	line := "ACL SETUSER jumun +hset"
	eventually(t, "the log has the line to run", func() bool { return strings.Contains(server.err.String(), line) })
	redis.Ask(strings.Fields(line)...)
	eventually(t, "ready", func() bool { return status(t, server.url+wire.ReadyPath) == http.StatusOK })
}

func TestTheStartUpLogSaysWhichRedisItIsAndWhereOrdersComeFrom(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", strings.Replace(redis.URL(), "://", "://default:@", 1)+"/3", "--topic", "paid", "--intake", "jumun:paid")
	for _, want := range []string{"topic=paid", "intake=jumun:paid", "redis=" + redis.Addr(), "version=7.", "server=redis", "mode=one", "db=3", "user=default"} {
		if !strings.Contains(server.err.String(), want) {
			t.Errorf("nothing says %s:\n%s", want, server.err.String())
		}
	}
}
