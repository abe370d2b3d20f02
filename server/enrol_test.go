package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// enrolBy asks for a token by an enrolment key, as the app does.
func enrolBy(t *testing.T, url string, asked wire.EnrolRequest) (status int, paired wire.Paired, body string) {
	t.Helper()
	sent, _ := json.Marshal(asked)
	req := as(t, "", "POST", url+wire.EnrolPath, string(sent))
	req.Header.Del("Authorization")
	res := ask(t, req)
	body = read(t, res)
	_ = json.Unmarshal([]byte(body), &paired)
	return res.StatusCode, paired, body
}

// enrolCommand runs "jumun-server enrol" and returns what it prints as JSON.
func enrolCommand[T any](t *testing.T, redis string, args ...string) (printed T) {
	t.Helper()
	code, out, stderr := do(t, nothing, append([]string{"enrol", "--json", "--redis", redis}, args...)...)
	if code != exitDone || json.Unmarshal([]byte(out), &printed) != nil {
		t.Fatal(out, stderr)
	}
	return printed
}

func writeMap(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stores.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestComputersAreEnrolledByAKeyOfAMapEachAtItsMart(t *testing.T) {
	test := func(t *testing.T, redis string) {
		one, two := serve(t, "--redis", redis), serve(t, "--redis", redis)
		key := enrolCommand[wire.EnrolmentKey](t, redis, "--map", writeMap(t, "computer,mart,name\nPOS-42,42,강남점\nPOS-43,43\n"))
		status, first, body := enrolBy(t, one.url, wire.EnrolRequest{Key: key.Key, Computer: "pos-42.shop.example", Device: "카운터"})
		if status != http.StatusOK || first.MartID != "42" || first.MartName != "강남점" {
			t.Fatal(status, body)
		}
		pc := hear(t, two.url, first.Token)
		paid(t, two, "42", "1001")
		pc.wants(t, "42", "1001")
		if status, paired, body := enrolBy(t, two.url, wire.EnrolRequest{Key: key.Key, Computer: "POS-43"}); status != http.StatusOK || paired.MartID != "43" {
			t.Error(status, body)
		}
		for _, asked := range []wire.EnrolRequest{{Key: key.Key, Computer: "POS-42"}, {Key: key.Key, Computer: "POS-44"}} {
			if status, _, body := enrolBy(t, two.url, asked); status != http.StatusForbidden || !strings.Contains(body, wire.ProblemEnrol) {
				t.Error(asked.Computer, status, body)
			}
		}
		list := enrolCommand[wire.Enrolments](t, redis, "--list", "--id", key.ID)
		if e := list.Enrolments[0]; e.Used != 2 || len(e.By) != 2 || e.State != wire.EnrolUsedUp || e.LastCause != wire.EnrolComputer || e.LastName != "pos-44" {
			t.Errorf("%+v", e)
		}
		if _, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis); !strings.Contains(out, first.Device) {
			t.Errorf("the devices:\n%s", out)
		}
	}
	t.Run("redis-server", func(t *testing.T) { test(t, redistest.Start(t).URL()) })
	t.Run("cluster", func(t *testing.T) { test(t, redistest.StartCluster(t).URL()) })
}

func TestAServerWithARedisInsideEnrols(t *testing.T) {
	server, redis, _, _ := serveEmbedded(t)
	key := enrolCommand[wire.EnrolmentKey](t, redis, "--map", writeMap(t, "pos,42\n"))
	for want, computer := range map[int]string{http.StatusOK: "pos", http.StatusForbidden: "pos-2"} {
		if status, _, body := enrolBy(t, server.url, wire.EnrolRequest{Key: key.Key, Computer: computer}); status != want {
			t.Errorf("%s: %d %s", computer, status, body)
		}
	}
	if code, _, stderr := do(t, nothing, "enrol", "--revoke", key.ID, "--redis", redis); code != exitDone {
		t.Error(stderr)
	}
	if e := enrolCommand[wire.Enrolments](t, redis, "--list", "--id", key.ID).Enrolments[0]; e.State != wire.EnrolRevoked || len(e.By) != 1 {
		t.Errorf("%+v", e)
	}
}

func TestTheLeastRightsOfSECURITYAreEnoughToEnrol(t *testing.T) {
	redis := redistest.Start(t)
	url := withLeastRights(t, redis)
	server := serve(t, "--redis", url)
	key := enrolCommand[wire.EnrolmentKey](t, url, "--map", writeMap(t, "pos,42,강남점\n"))
	for want, computer := range map[int]string{http.StatusOK: "pos", http.StatusForbidden: "pos-2"} {
		if status, _, body := enrolBy(t, server.url, wire.EnrolRequest{Key: key.Key, Computer: computer}); status != want {
			t.Errorf("%s: %d %s", computer, status, body)
		}
	}
	if e := enrolCommand[wire.Enrolments](t, url, "--list", "--id", key.ID).Enrolments[0]; e.Used != 1 || e.Refused != 1 {
		t.Errorf("%+v", e)
	}
	enrolAs(t, server.url, signed(t, claims(wire.RoleAdmin, "42")))
	if code, _, stderr := do(t, nothing, "enrol", "--revoke", key.ID, "--redis", url); code != exitDone {
		t.Error(stderr)
	}
	if denied := redis.Ask("ACL", "LOG"); strings.TrimSpace(denied) != "" {
		t.Errorf("denied: %s", denied)
	}
}

// enrolAs makes an enrolment key for mart 42 with a token.
func enrolAs(t *testing.T, url, token string) (made wire.EnrolmentKey) {
	t.Helper()
	res := ask(t, as(t, token, "POST", url+wire.EnrolmentsPath, `{"martId":"42","uses":5,"seconds":600}`))
	if body := read(t, res); res.StatusCode != http.StatusCreated || json.Unmarshal([]byte(body), &made) != nil {
		t.Fatal(res.Status, body)
	}
	return made
}

func TestAnEnrolmentKeyOfWhoeverWasRevokedEnrolsNobodyAndTheLogAndTheListSayWhy(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleAdmin, "42")
	one, two := serve(t, "--redis", redis.URL(), "--keys", keys), serve(t, "--redis", redis.URL(), "--keys", keys)
	manager, rogue := tokenOf(t, keys, "manager", wire.RoleAdmin, "42"), tokenOf(t, lent, "rogue", wire.RoleAdmin, "42")
	head := tokenOf(t, keys, "head-office", wire.RoleAdmin, "*")
	byManager, byRogue, byHead := enrolAs(t, one.url, manager), enrolAs(t, one.url, rogue), enrolAs(t, one.url, head)
	for _, key := range []wire.EnrolmentKey{byManager, byRogue, byHead} {
		if status, _, body := enrolBy(t, two.url, wire.EnrolRequest{Key: key.Key, Computer: "pos"}); status != http.StatusOK {
			t.Fatal(status, body)
		}
	}
	if status := postAs(t, one.url+wire.EnrolmentsPath, rogue, `{"martId":"43","uses":1,"seconds":60}`); status != http.StatusForbidden {
		t.Errorf("a lent key for another mart: %d", status)
	}
	for _, body := range []string{`{"device":"manager"}`, `{"key":"` + kidOf(t, keys, rogue) + `"}`} {
		if status := postAs(t, one.url+wire.RevocationsPath, head, body); status != http.StatusNoContent {
			t.Fatal(body, status)
		}
	}
	for _, key := range []wire.EnrolmentKey{byManager, byRogue} {
		if status, _, _ := enrolBy(t, two.url, wire.EnrolRequest{Key: key.Key, Computer: "pos-2"}); status != http.StatusForbidden {
			t.Errorf("a key of before: %d", status)
		}
		if log := two.err.String(); !strings.Contains(log, "enrolment="+key.ID+" cause="+wire.EnrolMaker) || strings.Contains(log, key.Key) {
			t.Errorf("the log:\n%s", log)
		}
	}
	if status, _, _ := enrolBy(t, two.url, wire.EnrolRequest{Key: byHead.Key, Computer: "pos-2"}); status != http.StatusOK {
		t.Errorf("a key of the head office: %d", status)
	}
	_, out, _ := do(t, nothing, "enrol", "--list", "--redis", redis.URL())
	if strings.Count(out, wire.EnrolMaker+"  1 of 5") != 2 || !strings.Contains(out, "valid          2 of 5") || !strings.Contains(out, "pos-2: "+wire.EnrolMaker) {
		t.Errorf("the list:\n%s", out)
	}
}

func TestARevokedDeviceDoesNotEnrolItselfAgainUntilSomebodyTakesThatBack(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	key := enrolCommand[wire.EnrolmentKey](t, redis.URL(), "--mart", "42", "--uses", "9")
	asked := wire.EnrolRequest{Key: key.Key, Computer: "POS-1", Request: "abc"}
	_, stolen, _ := enrolBy(t, server.url, asked)
	revoke(t, redis.URL(), "--device", stolen.Device)
	for _, again := range []wire.EnrolRequest{asked, {Key: key.Key, Computer: "pos-1"}, {Key: key.Key, Computer: "pos-1.other.example", Request: "x"}} {
		if status, _, body := enrolBy(t, server.url, again); status != http.StatusForbidden {
			t.Errorf("%+v: %d %s", again, status, body)
		}
	}
	if status, _, body := enrolBy(t, server.url, wire.EnrolRequest{Key: key.Key, Computer: "POS-2"}); status != http.StatusOK {
		t.Errorf("another computer: %d %s", status, body)
	}
	revoke(t, redis.URL(), "--undo", "--device", stolen.Device)
	if status, again, body := enrolBy(t, server.url, asked); status != http.StatusOK || again.Device != stolen.Device {
		t.Errorf("taken back: %d %s", status, body)
	}
	if e := enrolCommand[wire.Enrolments](t, redis.URL(), "--list").Enrolments[0]; e.Used != 2 || e.Refused != 3 || e.LastCause != wire.EnrolDevice || e.LastName != "pos-1" {
		t.Errorf("%+v", e)
	}
}

func TestAnEnrolmentKeyIsRevokedAtAServer(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	admin := func(name string) string {
		return map[string]string{"JUMUN_TOKEN": signed(t, claims(wire.RoleAdmin, "42"))}[name]
	}
	run := func(args ...string) string {
		code, out, stderr := do(t, admin, append([]string{"enrol", "--server", server.url}, args...)...)
		if code != exitDone {
			t.Fatal(stderr)
		}
		return out
	}
	var key wire.EnrolmentKey
	if err := json.Unmarshal([]byte(run("--mart", "42", "--for", "1h", "--json")), &key); err != nil || time.Until(key.Expires) > time.Hour {
		t.Fatal(key, err)
	}
	if out := run("--list", "--id", key.ID); !strings.Contains(out, "valid") {
		t.Error(out)
	}
	run("--revoke", key.ID)
	if status, _, _ := enrolBy(t, server.url, wire.EnrolRequest{Key: key.Key, Computer: "pos"}); status != http.StatusForbidden {
		t.Error(status)
	}
	if code, _, stderr := do(t, admin, "enrol", "--server", server.url, "--revoke", "enrol-NONE"); code != exitFailed || !strings.Contains(stderr, "enrol --list") {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestWhatOfEnrolmentKeysIsWrongUsage(t *testing.T) {
	for args, want := range map[string]string{
		"":                          "--mart, --map, --list and --revoke",
		"--mart 42 --list":          "--mart, --map, --list and --revoke",
		"--mart 42 --map /dev/null": "--mart, --map, --list and --revoke",
		"--mart *":                  "--mart",
		"--mart 42 --uses 0":        "--uses",
		"--mart 42 --for 9000h":     "--for",
		"--mart 42 --id enrol-X":    "--id",
	} {
		if code, _, stderr := do(t, nothing, append([]string{"enrol"}, strings.Fields(args)...)...); code != exitUsage || !strings.Contains(stderr, want) {
			t.Errorf("%q: %d %s", args, code, stderr)
		}
	}
	for text, want := range map[string]string{"": "martId or computers", "pos-1\n": "line 1", "\xff,42\n": "CSV UTF-8", "a,1\nA,2\n": "named twice"} {
		if code, _, stderr := do(t, nothing, "enrol", "--map", writeMap(t, text)); code != exitFailed || !strings.Contains(stderr, want) {
			t.Errorf("%q: %d %s", text, code, stderr)
		}
	}
}
