package redistest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// masterName is how the Sentinels know the Redis.
const masterName = "mymaster"

// A Sentinel is a master and a replica, watched by three Sentinels, which make the
// replica the master about two seconds after the master has gone.
type Sentinel struct {
	t         testing.TB
	servers   []*Redis
	sentinels []*Redis
}

// StartSentinel starts them, and kills them at the end of the test. It returns once
// a failover would succeed.
func StartSentinel(t testing.TB) *Sentinel {
	t.Helper()
	// They connect from an address that is not theirs: say which one is.
	master := Start(t, "--appendonly", "yes", "--replica-announce-ip", ownHost())
	replica := Start(t, "--appendonly", "yes", "--replica-announce-ip", ownHost(), "--replicaof", master.host, strconv.Itoa(master.port))
	s := &Sentinel{t: t, servers: []*Redis{master, replica}}
	until(t, "the replica has what the master has", func() bool {
		return replica.says("INFO replication", "master_link_status:up")
	})
	for range 3 {
		s.sentinels = append(s.sentinels, startSentinel(t, master))
	}
	for _, one := range s.sentinels {
		until(t, "the Sentinels know each other and the replica", func() bool {
			return one.says("SENTINEL master "+masterName, "num-other-sentinels\n2", "num-slaves\n1") &&
				one.says("SENTINEL ckquorum "+masterName, "OK")
		})
	}
	return s
}

func startSentinel(t testing.TB, master *Redis) *Redis {
	t.Helper()
	port := freePort(t, master.host)
	file := filepath.Join(t.TempDir(), "sentinel.conf") // which it rewrites
	settings := fmt.Sprintf("port %d\nbind %s\nsentinel announce-ip %s\ndir %s\n", port, master.host, master.host, filepath.Dir(file)) +
		fmt.Sprintf("sentinel monitor %s %s %d 2\n", masterName, master.host, master.port) +
		fmt.Sprintf("sentinel down-after-milliseconds %s 1000\nsentinel failover-timeout %s 3000\n", masterName, masterName)
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return start(t, master.host, port, "+monitor master", []string{file, "--sentinel"})
}

// URL is where they listen, as redis+sentinel://host:port?addr=…&master_name=mymaster.
func (s *Sentinel) URL() string { return urlOf("sentinel", s.sentinels) + "&master_name=" + masterName }

// Master returns the server that the Sentinels take for the master.
func (s *Sentinel) Master() *Redis {
	s.t.Helper()
	host, port, _ := strings.Cut(s.sentinels[0].Ask("SENTINEL", "get-master-addr-by-name", masterName), "\n")
	for _, r := range s.servers {
		if r.Addr() == net.JoinHostPort(host, port) {
			return r
		}
	}
	s.t.Fatalf("the Sentinels take %s:%s for the master", host, port)
	return nil
}

// KillMaster kills the master and returns it.
func (s *Sentinel) KillMaster() *Redis {
	s.t.Helper()
	master := s.Master()
	master.Kill()
	return master
}

// AwaitOther returns the new master, once it is another than old and takes writes.
func (s *Sentinel) AwaitOther(old *Redis) *Redis {
	s.t.Helper()
	until(s.t, "there is another master", func() bool { return s.Master() != old })
	master := s.Master()
	until(s.t, "the new master knows that it is one", func() bool { return master.says("ROLE", "master") })
	return master
}

// AskSentinels runs a command on each Sentinel.
func (s *Sentinel) AskSentinels(args ...string) {
	s.t.Helper()
	for _, one := range s.sentinels {
		one.Ask(args...)
	}
}
