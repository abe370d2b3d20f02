//go:build linux

package main

import (
	"encoding/json"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
)

func TestCheckSaysWhatIsWrongBeforeAServerServes(t *testing.T) {
	keeps := redistest.Start(t, "--appendonly", "yes", "--maxmemory-policy", "noeviction")
	forgets := redistest.Start(t, "--appendonly", "no", "--maxmemory-policy", "allkeys-lru")
	full := redistest.Start(t, "--appendonly", "yes", "--maxmemory", "1mb")
	replica := redistest.Start(t, "--replicaof", "127.0.0.1", "1")
	limited := redistest.Start(t)
	limited.Ask(strings.Fields("ACL SETUSER jumun on >PASSWORD ~jumun:* &* +@all -xadd")...)
	key, _ := keyFile(t)
	cert, private, _ := selfSigned(t)
	locked := redistest.Start(t, "--requirepass", "right")
	_, port, _ := net.SplitHostPort(freeAddress(t))
	redistest.Start(t, "--bind", "127.0.0.1", "--tls-port", port, "--tls-cert-file", cert, "--tls-key-file", private, "--tls-auth-clients", "no")
	sentinel := redistest.StartSentinel(t)
	sentinel.Master().Ask("ACL", "SETUSER", "jumun", "on", ">right")
	tests := []struct {
		name, args string
		code       int
		want       string
	}{
		{"all is well", "--redis " + keeps.URL(), exitDone, "ok       Redis: redis "},
		{"it forgets", "--redis " + forgets.URL(), exitDone, "warning  Redis: this Redis forgets the latest orders when it restarts: set appendonly yes\n"},
		{"it throws orders away", "--redis " + forgets.URL(), exitDone, "set maxmemory-policy noeviction"},
		{"it is full", "--redis " + full.URL(), exitFailed, "OOM"},
		{"it is a replica", "--redis " + replica.URL(), exitFailed, "name its master"},
		{"a right is missing", "--redis " + asUser(limited.URL()), exitFailed, "ACL SETUSER jumun +xadd"},
		{"it is away", "--redis redis://:secret@127.0.0.1:1", exitFailed, "redis://:xxxxx@127.0.0.1:1"},
		{"it wants a password", "--redis " + locked.URL(), exitFailed, "it wants a password: give it as JUMUN_REDIS="},
		{"a wrong password", "--redis " + strings.Replace(locked.URL(), "://", "://:secret@", 1), exitFailed, "correct the user or the password"},
		{"a wrong password behind Sentinels", "--redis " + sentinel.URL() + "&username=jumun&password=secret", exitFailed, "the Sentinels have taken their password"},
		{"a slash in the password", "--redis redis://:secret/x@127.0.0.1:1", exitFailed, "not written as %XX"},
		{"a slash and an at sign in the password", "--redis redis://:secret@s/x@127.0.0.1:1", exitFailed, "not written as %XX"},
		{"TLS where there is none", "--redis " + strings.Replace(locked.URL(), "redis", "rediss", 1), exitFailed, "write redis:// in place of rediss://"},
		{"no TLS where there is one", "--redis redis://127.0.0.1:" + port, exitFailed, "write rediss:// in place of redis://"},
		{"a certificate of an own authority", "--redis rediss://127.0.0.1:" + port, exitFailed, "SSL_CERT_FILE"},
		{"no Redis", "", exitDone, "every order is forgotten"},
		{"no address", "--redis localhost:6379", exitFailed, "not a Redis URL"},
		{"too few replicas", "--replicas 1 --redis " + keeps.URL(), exitFailed, "Redis has 0, --replicas asks for 1"},
		{"a folder of versions that is none", "--releases /dev/null", exitFailed, "error    --releases"},
		{"a key file", "--keys " + key, exitDone, "has keys"},
		{"no key file", "--keys " + filepath.Join(t.TempDir(), "none"), exitFailed, "jumun-server keygen --keys"},
		{"no keys, and others can come", "--listen :8080", exitFailed, "other machines can reach :8080"},
		{"everybody is a proxy", "--trusted-proxies 10.0.0.0/8 --trusted-proxies 0.0.0.0/0", exitDone, "warning  --trusted-proxies: 0.0.0.0/0 is everybody"},
		{"a certificate that ends soon", "--tls-cert " + cert + " --tls-key " + private, exitDone, "renew it"},
		{"a certificate and the wrong key", "--tls-cert " + cert + " --tls-key " + key, exitFailed, "error    certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, stderr := do(t, nothing, append([]string{"check"}, strings.Fields(tt.args)...)...)
			if code != tt.code || !strings.Contains(out, tt.want) || strings.Contains(out+stderr, "secret") {
				t.Errorf("exit code %d:\n%s%s", code, out, stderr)
			}
		})
	}
	t.Run("for a script", func(t *testing.T) {
		_, out, _ := do(t, nothing, "check", "--json", "--redis", forgets.URL())
		var answer struct {
			OK       bool
			Findings []struct{ About, State, Text string }
		}
		if err := json.Unmarshal([]byte(out), &answer); err != nil || !answer.OK || len(answer.Findings) < 4 {
			t.Errorf("%v: %s", err, out)
		}
	})
}

func asUser(url string) string { return strings.Replace(url, "://", "://jumun:PASSWORD@", 1) }
