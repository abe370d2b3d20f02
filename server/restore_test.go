package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// stolenAfterBackup pairs two devices, makes a backup of Redis, revokes the one that was stolen, stops the
// servers and restores the backup.
func stolenAfterBackup(t *testing.T, keys ...string) (redis *redistest.Redis, stolen, kept string) {
	t.Helper()
	redis = redistest.Start(t)
	var servers []*program
	for _, file := range keys {
		servers = append(servers, serve(t, "--redis", redis.URL(), "--keys", file))
	}
	theirs, ours := pairDevice(t, servers[0].url, redis.URL(), "카운터"), pairDevice(t, servers[0].url, redis.URL(), "주방")
	redis.Ask("SAVE")
	pc := hear(t, servers[0].url, theirs.Token)
	revoke(t, redis.URL(), "--device", theirs.Device)
	pc.wantRevoked(t)
	for _, server := range servers {
		server.stop(t)
	}
	redis.Kill()
	redis.Restart() // from what it saved
	return redis, theirs.Token, ours.Token
}

func TestARestoredRedisLetsNoStolenPCInAgain(t *testing.T) {
	first, second := ownCopy(t, theKeys), ownCopy(t, theKeys)
	redis, stolen, kept := stolenAfterBackup(t, first, second)
	one := serve(t, "--redis", redis.URL(), "--keys", first)
	if heardBy(t, one.url, stolen, "42") != http.StatusUnauthorized || heardBy(t, one.url, kept, "42") != http.StatusOK {
		t.Error("the stolen PC hears its mart again, or the other one does not")
	}
	if !strings.Contains(one.err.String(), "Redis has lost revocations: writing them back; was it restored from a backup?") {
		t.Error("the log does not say so")
	}
	fresh := serve(t, "--redis", redis.URL(), "--keys", ownCopy(t, theKeys)) // of another machine, without the file
	if heardBy(t, fresh.url, stolen, "42") != http.StatusUnauthorized {
		t.Error("a server without the file lets it in, though Redis has the revocation again")
	}
	for _, file := range []string{first, second} {
		if info, err := os.Stat(file + ".revoked"); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file of the revocations: %v, %v", info, err)
		}
	}
}

func TestWhereTheFileCannotBeWrittenTheServerSaysSoAndTheListIsAppliedByHand(t *testing.T) {
	keys := ownCopy(t, theKeys)
	if err := os.Mkdir(keys+".revoked", 0o700); err != nil { // a secret of Kubernetes takes no file either
		t.Fatal(err)
	}
	saved := filepath.Join(t.TempDir(), "revoked.json")
	redis := redistest.Start(t)
	one := serve(t, "--redis", redis.URL(), "--keys", keys)
	eventually(t, "it says so at the start", func() bool { return strings.Contains(one.err.String(), "REVOCATIONS ARE NOT KEPT IN A FILE") })
	stolen := pairDevice(t, one.url, redis.URL(), "카운터")
	redis.Ask("SAVE")
	revoke(t, redis.URL(), "--device", stolen.Device)
	_, list, _ := do(t, nothing, "revoke", "--list", "--json", "--redis", redis.URL())
	if err := os.WriteFile(saved, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is void", func() bool { return heardBy(t, one.url, stolen.Token, "42") == http.StatusUnauthorized })
	one.stop(t)
	if n := strings.Count(one.err.String(), "REVOCATIONS ARE NOT KEPT"); n != 1 {
		t.Errorf("it says so %d times", n)
	}
	redis.Kill()
	redis.Restart()
	two := serve(t, "--redis", redis.URL(), "--keys", keys)
	if heardBy(t, two.url, stolen.Token, "42") != http.StatusOK {
		t.Fatal("the backup was not restored")
	}
	if code, out, said := do(t, nothing, "revoke", "--apply", saved, "--redis", redis.URL()); code != exitDone || !strings.Contains(out, "applied 1 revocations") {
		t.Fatal(out, said)
	}
	eventually(t, "it is void again", func() bool { return heardBy(t, two.url, stolen.Token, "42") == http.StatusUnauthorized })
}

func TestARedisInsideTheServerForgetsNoRevocationThatIsInTheFile(t *testing.T) {
	keys := ownCopy(t, theKeys)
	stolen := claims(wire.RoleDevice, "42")
	one := serve(t, "--embedded-listen", "127.0.0.1:0", "--keys", keys)
	admin := signed(t, claims(wire.RoleAdmin, wire.AnyMart))
	if status := postAs(t, one.url+wire.RevocationsPath, admin, `{"device":"`+stolen.Subject+`"}`); status != http.StatusNoContent {
		t.Fatal(status)
	}
	eventually(t, "it is void", func() bool { return heardBy(t, one.url, signed(t, stolen), "42") == http.StatusUnauthorized })
	one.stop(t)
	two := serve(t, "--embedded-listen", "127.0.0.1:0", "--keys", keys)
	if heardBy(t, two.url, signed(t, stolen), "42") != http.StatusUnauthorized {
		t.Error("it hears its mart again")
	}
}
