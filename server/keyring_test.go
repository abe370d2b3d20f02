package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// answerTo reports what a server answers to a device's token that it does not know.
func (p *program) answerTo(t *testing.T, text string) (status int, body string) {
	t.Helper()
	res := ask(t, as(t, text, "GET", p.url+wire.OrdersPath("42"), ""))
	return res.StatusCode, read(t, res)
}

func ready(t *testing.T, p *program) func() bool {
	return func() bool { return status(t, p.url+wire.ReadyPath) == http.StatusOK }
}

func TestAServerWithAnotherKeyFileIsNotReadySaysSoAndUnpairsNobody(t *testing.T) {
	redis := redistest.Start(t)
	theirs, kid := keyFile(t)
	one := serve(t, "--redis", redis.URL(), "--keys", theirs)
	paired := pairDevice(t, one.url, redis.URL(), "카운터")
	mine, _ := keyFile(t)
	two := serveUnready(t, "--redis", redis.URL(), "--keys", mine)
	eventually(t, "the log says that the key file is another", func() bool {
		return strings.Contains(two.err.String(), "another key file than the servers of this Redis, which have "+kid)
	})
	if ready(t, two)() || !ready(t, one)() {
		t.Error("the new server is ready, or the old one is not any more")
	}
	if said := text(t, two.url+wire.ReadyPath); !strings.Contains(said, "other keys than the other servers") {
		t.Errorf("a probe is told %s", said)
	}
	if status, body := two.answerTo(t, paired.Token); status != http.StatusServiceUnavailable || !strings.Contains(body, wire.ProblemNotReady) {
		t.Errorf("it answers a paired device %d: %s", status, body)
	}
	if status, _ := one.answerTo(t, "x.y.z"); status != http.StatusUnauthorized {
		t.Errorf("a server whose keys fit answers a stranger %d", status)
	}
	if n := count(t, one, "jumun_keys_differ"); n != 0 {
		t.Errorf("it counts one that is not ready: %v", n)
	}
	raw, err := os.ReadFile(theirs)
	if err == nil {
		err = os.WriteFile(mine, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "ready with the same file", ready(t, two))
	hear(t, two.url, paired.Token)
}

func TestAServerWithAnotherKeyFilePairsNobodyAndUsesUpNoCode(t *testing.T) {
	redis := redistest.Start(t)
	one := serve(t, "--redis", redis.URL())
	mine, _ := keyFile(t)
	two := serveUnready(t, "--redis", redis.URL(), "--keys", mine)
	eventually(t, "it knows", func() bool { return strings.Contains(two.err.String(), "another key file") })
	code := pairingCode(t, redis.URL())
	if status, _ := pairBy(t, two.url, code); status != http.StatusServiceUnavailable {
		t.Errorf("it answers %d", status)
	}
	if status, paired := pairBy(t, one.url, code); status != http.StatusOK || paired.Token == "" {
		t.Errorf("the code is answered %d by the other one", status)
	}
}

func TestOneKidWithTwoSecretsIsNoticed(t *testing.T) {
	redis := redistest.Start(t)
	path, kid := keyFile(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, "--redis", redis.URL(), "--keys", path)
	other, _ := keyFile(t)
	if err := os.WriteFile(other, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	addKey(t, other, nil, nil) // one key more changes nothing
	edit(t, other, secretIn(t, other, kid), strings.Repeat("A", 43))
	two := serveUnready(t, "--redis", redis.URL(), "--keys", other)
	eventually(t, "the log says so", func() bool { return strings.Contains(two.err.String(), "the key "+kid+" has another secret here") })
	if ready(t, two)() {
		t.Error("it is ready")
	}
}

func TestAThrowawayKeyIsNoticedWhereServersHaveAKeyFile(t *testing.T) {
	redis := redistest.Start(t)
	first := start(t, "serve", "--listen", "127.0.0.1:0", "--redis", redis.URL())
	eventually(t, "ready: nobody has keys there", func() bool {
		m := listening.FindStringSubmatch(first.err.String())
		return m != nil && status(t, m[1]+wire.ReadyPath) == http.StatusOK
	})
	first.stop(t)
	serve(t, "--redis", redis.URL())
	second := start(t, "serve", "--listen", "127.0.0.1:0", "--redis", redis.URL())
	eventually(t, "not ready, and it says why", func() bool { return strings.Contains(second.err.String(), "a key that is in no file") })
	if m := listening.FindStringSubmatch(second.err.String()); status(t, m[1]+wire.ReadyPath) != http.StatusServiceUnavailable {
		t.Error("it is ready")
	}
}

func TestAKeyThatOneServerGetsLaterStopsNobody(t *testing.T) {
	redis := redistest.Start(t)
	path, _ := keyFile(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	late, _ := keyFile(t)
	if err := os.WriteFile(late, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	lent := addKey(t, path, []wire.Role{wire.RoleDevice}, []order.MartID{"42"})
	one, two := serve(t, "--redis", redis.URL(), "--keys", path), serve(t, "--redis", redis.URL(), "--keys", late)
	for _, server := range []*program{one, two} {
		if n := count(t, server, "jumun_keys_differ"); n != 0 || strings.Contains(server.err.String(), "different key files") {
			t.Errorf("it complains at once: %v", n)
		}
	}
	if _, known := redisKeys(t, redis)[lent]; !known {
		t.Error("the lent key is not known in Redis")
	}
}

func TestATokenOfAKeyThatOneServerLacksUnpairsNobodyThere(t *testing.T) {
	redis := redistest.Start(t)
	path, old := keyFile(t)
	missed, _ := keyFile(t)
	raw, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(missed, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	addKey(t, path, nil, nil)
	one, two := serve(t, "--redis", redis.URL(), "--keys", path), serve(t, "--redis", redis.URL(), "--keys", missed)
	if err := token.RemoveKey(path, old); err != nil { // for a token of the other key
		t.Fatal(err)
	}
	strangers, _ := keyFile(t)
	known, nobodys := tokenOf(t, path, "pc-1", wire.RoleDevice, "42"), tokenOf(t, strangers, "pc-1", wire.RoleDevice, "42")
	if status, _ := one.answerTo(t, known); status != http.StatusOK {
		t.Errorf("the server that has the key answers %d", status)
	}
	if status, body := two.answerTo(t, known); status != http.StatusServiceUnavailable || !strings.Contains(body, wire.ProblemNotReady) {
		t.Errorf("the one that has not answers %d: %s", status, body)
	}
	if status, _ := two.answerTo(t, nobodys); status != http.StatusUnauthorized {
		t.Errorf("it answers a token of nobody's key %d", status)
	}
}

func TestAKeyFileThatWasReplacedOnPurposeIsTakenOnceTheOldKeyIsRevokedOrRemoved(t *testing.T) {
	for name, give := range map[string]func(t *testing.T, url, kid string){
		"revoked": func(t *testing.T, url, kid string) { revoke(t, url, "--key", kid) },
		"removed": func(t *testing.T, url, kid string) {
			if code, _, said := do(t, nothing, "keys", "remove", "--key", kid, "--redis", url); code != exitDone {
				t.Fatal(said)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			redis := redistest.Start(t)
			old, kid := keyFile(t)
			serve(t, "--redis", redis.URL(), "--keys", old).stop(t)
			mine, _ := keyFile(t)
			server := serveUnready(t, "--redis", redis.URL(), "--keys", mine)
			eventually(t, "not ready", func() bool { return strings.Contains(server.err.String(), "keys remove --key KID") })
			give(t, redis.URL(), kid)
			eventually(t, "ready", ready(t, server))
		})
	}
}

func TestTheCommandsAboutKeysNeedNoMoreThanTheLeastRights(t *testing.T) {
	redis := redistest.Start(t, "--appendonly", "yes")
	url := withLeastRights(t, redis)
	path, old := keyFile(t)
	addKey(t, path, nil, nil)
	server := serve(t, "--redis", url, "--keys", path)
	paired := pairDevice(t, server.url, url, "카운터")
	hear(t, server.url, paired.Token)
	for _, command := range []string{"list", "renew --key " + old, "remove --key " + old, "list"} {
		args := append([]string{"keys"}, append(strings.Fields(command), "--redis", url)...)
		if strings.HasPrefix(command, "remove") {
			args = append(args, "--keys", path)
		}
		if code, _, said := do(t, nothing, args...); code != exitDone {
			t.Errorf("%s: %s", command, said)
		}
	}
	eventually(t, "the token is counted", func() bool { return count(t, server, `jumun_tokens{key="`+keyOf(t, paired.Token)+`"}`) == 1 })
	server.stop(t)
	if denied := redis.Ask("ACL", "LOG"); denied != "" {
		t.Errorf("denied:\n%s", denied)
	}
}

// pairBy pairs a device of mart 42 with a code.
func pairBy(t *testing.T, url, code string) (status int, paired wire.Paired) {
	t.Helper()
	body, _ := json.Marshal(wire.PairRequest{MartID: "42", Code: code, Device: "카운터"})
	req := as(t, "", "POST", url+wire.PairPath, string(body))
	req.Header.Del("Authorization")
	res := ask(t, req)
	_ = json.Unmarshal([]byte(read(t, res)), &paired)
	return res.StatusCode, paired
}

// redisKeys returns what Redis holds of the keys of servers, by kid.
func redisKeys(t *testing.T, redis *redistest.Redis) map[string]string {
	t.Helper()
	keys := map[string]string{}
	lines := strings.Split(redis.Ask("HGETALL", "jumun:keys:{jumun:revocations}"), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		keys[strings.TrimSpace(lines[i])] = lines[i+1]
	}
	return keys
}
