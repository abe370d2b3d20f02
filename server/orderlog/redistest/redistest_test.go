package redistest

import (
	"net"
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
