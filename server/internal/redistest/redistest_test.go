package redistest

import (
	"bufio"
	"net"
	"strings"
	"testing"
)

func reachable(r *Redis) bool {
	c, err := net.Dial("tcp", r.Addr())
	if err == nil {
		_ = c.Close()
	}
	return err == nil
}

func TestAKilledRedisIsGoneAndComesBackWhereItWas(t *testing.T) {
	r := Start(t)
	if !reachable(r) {
		t.Fatal("not there after Start")
	}
	r.Freeze()
	r.Kill()
	if reachable(r) {
		t.Error("there after Kill")
	}
	r.Restart()
	if !reachable(r) {
		t.Error("not there after Restart")
	}
}

func TestARedisThatKeepsWhatItHoldsHasItAfterACrash(t *testing.T) {
	r := Start(t, "--appendonly", "yes")
	r.Ask("SET", "key", "value")
	r.Kill()
	r.Restart()
	if got := r.Ask("GET", "key"); got != "value" {
		t.Errorf("it holds %q", got)
	}
}

func TestAClusterComesBackAfterANodeWasKilled(t *testing.T) {
	c := StartCluster(t)
	node := c.Node("key")
	node.Ask("SET", "key", "value")
	node.Kill()
	node.Restart()
	c.Await()
	if got := node.Ask("GET", "key"); got != "value" {
		t.Errorf("it holds %q", got)
	}
}

func TestSentinelsMakeTheReplicaTheMaster(t *testing.T) {
	s := StartSentinel(t)
	old := s.KillMaster()
	if now := s.AwaitOther(old); now == old || now.Ask("SET", "key", "value") != "OK" {
		t.Errorf("the master is %s", now.Addr())
	}
}

func FuzzAnswer(f *testing.F) {
	for _, said := range []string{"+OK\r\n", "$3\r\nabc\r\n", "*2\r\n:1\r\n$-1\r\n", "-ERR no\r\n", "*1\r\n"} {
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said string) {
		got, err := answer(bufio.NewReader(strings.NewReader(said)))
		if err == nil && len(got) > len(said) {
			t.Fatalf("%q out of %q", got, said)
		}
	})
}
