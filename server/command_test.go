package main

import (
	"encoding/json"
	"net"
	"regexp"
	"strings"
	"testing"

	"jumun/server/internal/command"
	"jumun/server/internal/redistest"
)

// do runs a command until it ends.
func do(t *testing.T, getenv func(string) string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err said
	code = command.Run(t.Context(), "dev", args, getenv, nil, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

func busyAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

func TestAFailureIsOneLineThatSaysWhatToDo(t *testing.T) {
	busy := busyAddress(t)
	acme := "serve --listen 127.0.0.1:0 --keys " + theKeys + " --acme-host jumun.example.com --acme-cache "
	tests := []struct {
		name, args string
		code       int
		want       string
	}{
		{"no command", "", exitUsage, "--help"},
		{"an unknown flag", "serve --nope", exitUsage, "--nope"},
		{"an unknown command", "server", exitUsage, "server"},
		{"a heartbeat that is not a duration", "serve --heartbeat x", exitUsage, "--heartbeat"},
		{"a zero heartbeat", "serve --heartbeat 0s", exitUsage, "--heartbeat"},
		{"an order without a mart", "order --order 1", exitUsage, "--mart"},
		{"an order that is not printable", "order --mart 42 --order \a", exitUsage, "--order"},
		{"an address that others reach", "serve --listen 0.0.0.0:0", exitFailed, "127.0.0.1"},
		{"an address without a host", "serve --listen :0", exitFailed, "127.0.0.1"},
		{"an address without a port", "serve --listen localhost", exitFailed, "127.0.0.1:8080"},
		{"a port in use", "serve --listen " + busy, exitFailed, "--listen"},
		{"an embedded port in use", "serve --listen 127.0.0.1:0 --embedded-listen " + busy, exitFailed, "--embedded-listen"},
		{"an embedded Redis that others reach", "serve --listen 127.0.0.1:0 --embedded-listen 0.0.0.0:0", exitFailed, "127.0.0.1"},
		{"a file that is not a key file", "serve --listen 127.0.0.1:0 --keys /dev/null", exitFailed, "/dev/null"},
		{"an ACME host that is a URL", "serve --acme-host https://jumun.example.com", exitUsage, "--acme-host"},
		{"an ACME host with a port", "serve --acme-host jumun.example.com:443", exitUsage, "--acme-host"},
		{"an ACME host with a wildcard", "serve --acme-host *.example.com", exitUsage, "--acme-host"},
		{"an ACME host that is not public", "serve --acme-host localhost", exitUsage, "--acme-host"},
		{"an ACME host that is an address", "serve --acme-host 192.0.2.1", exitUsage, "--acme-host"},
		{"a proxy without an address", "serve --trusted-proxies proxy", exitUsage, "--trusted-proxies"},
		{"an ACME cache that is not a folder", acme + "/dev/null", exitFailed, "--acme-cache"},
		{"an ACME port in use", acme + t.TempDir() + " --acme-http " + busy, exitFailed, "--acme-http"},
		{"a code for all marts", "pair --mart * --redis redis://127.0.0.1:1", exitUsage, "--mart"},
		{"a malformed Redis address", "serve --listen 127.0.0.1:0 --redis localhost:6379", exitFailed, "redis://host:6379"},
		{"a Redis that is not there", "order --mart 42 --order 1 --redis redis://:secret@127.0.0.1:1", exitFailed, "jumun-server serve"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := do(t, nothing, strings.FieldsFunc(tt.args, func(r rune) bool { return r == ' ' })...)
			if code != tt.code || !strings.Contains(stderr, tt.want) {
				t.Errorf("exit code %d, want %d: %s", code, tt.code, stderr)
			}
			last := stderr[strings.LastIndex(strings.TrimSuffix(stderr, "\n"), "\n")+1:]
			if !strings.HasPrefix(last, "jumun-server: ") || strings.Contains(stderr, "secret") {
				t.Errorf("stderr has %s", stderr)
			}
		})
	}
}

func TestHelpNamesFlagsTheirVariablesAndDefaults(t *testing.T) {
	code, out, _ := do(t, nothing, "--help")
	if code != exitDone || !strings.Contains(out, "serve") || !strings.Contains(out, "Exit codes") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	for command, want := range map[string][]string{
		"serve": {"--listen=\"127.0.0.1:8080\"", "JUMUN_REDIS", "--heartbeat=20s", "Examples", "\nRedis\n", "\nOrders in\n", "\nLog\n", "\nStreams\n", "\nAccess\n", "\nTLS\n"},
		"order": {"--mart=42", "JUMUN_ORDER", "--json", "127.0.0.1:16379", "Example"},
		"demo":  {"--every=15s", "JUMUN_COUNT", "Example"},
	} {
		code, out, _ := do(t, nothing, command, "--help")
		for _, w := range want {
			if code != exitDone || !strings.Contains(out, w) {
				t.Errorf("help of %s (exit code %d) lacks %s:\n%s", command, code, w, out)
			}
		}
	}
}

func TestAFlagWinsOverItsVariableAndTheVariableOverTheDefault(t *testing.T) {
	redis := redistest.Start(t)
	env := map[string]string{"JUMUN_REDIS": redis.URL(), "JUMUN_MART": "43", "JUMUN_ORDER": "7", "JUMUN_JSON": ""}
	getenv := func(name string) string { return env[name] }
	code, out, stderr := do(t, getenv, "order", "--mart", "42")
	if code != exitDone || !strings.HasPrefix(out, "recorded 7 for mart 42 as ") {
		t.Errorf("exit code %d: %s%s", code, out, stderr)
	}
	env["JUMUN_MART"] = "no mart"
	if code, _, stderr := do(t, getenv, "order"); code != exitUsage {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestOrderRingsOnceAndReportsARepeat(t *testing.T) {
	redis := redistest.Start(t)
	pc := connect(t, serve(t, "--redis", redis.URL()).url, "42")
	args := []string{"order", "--mart", "42", "--order", "1001", "--redis", redis.URL()}
	if _, out, stderr := do(t, nothing, args...); !regexp.MustCompile(`^recorded 1001 for mart 42 as \d+-\d+\n$`).MatchString(out) {
		t.Errorf("got %s%s", out, stderr)
	}
	if code, out, _ := do(t, nothing, args...); code != exitDone || !strings.HasPrefix(out, "duplicate: 1001 for mart 42 was recorded before as ") {
		t.Errorf("exit code %d: %s", code, out)
	}
	var answer struct {
		ID        string
		Duplicate bool
	}
	_, out, _ := do(t, nothing, append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), &answer); err != nil || answer.ID == "" || !answer.Duplicate {
		t.Errorf("answered %s", out)
	}
	do(t, nothing, "order", "--mart", "42", "--order", "1002", "--redis", redis.URL())
	pc.wants(t, "42", "1001", "1002")
}

var demoLine = regexp.MustCompile(`^(\d{8}-\d{4}) for mart 42: `)

func TestDemoContinuesItsNumbersWhenItStartsAgain(t *testing.T) {
	redis := redistest.Start(t)
	pc := connect(t, serve(t, "--redis", redis.URL()).url, "42")
	seen := make(map[string]bool)
	for range 3 {
		code, out, stderr := do(t, nothing, "demo", "--every", "1ms", "--count", "5", "--redis", redis.URL())
		if code != exitDone || strings.Count(out, "heard by 1\n") != 5 {
			t.Fatalf("exit code %d: %s%s", code, out, stderr)
		}
		for line := range strings.Lines(out) {
			number := demoLine.FindStringSubmatch(line)[1]
			if seen[number] {
				t.Errorf("%s came again", number)
			}
			seen[number] = true
			if got := pc.order(t, "42"); string(got) != number {
				t.Errorf("got order %s, want %s", got, number)
			}
		}
	}
}

func TestDemoReportsMissingServersAndWaitsForRedis(t *testing.T) {
	redis := redistest.Start(t)
	redis.Kill()
	demo := start(t, "demo", "--redis", redis.URL(), "--count", "1")
	eventually(t, "demo says that it waits", func() bool { return strings.Contains(demo.err.String(), "waiting") })
	redis.Restart()
	eventually(t, "demo publishes", func() bool { return strings.Contains(demo.out.String(), "no server listens on topic \"order\"") })
	if code := <-demo.code; code != exitDone {
		t.Errorf("exit code %d", code)
	} else {
		demo.code <- code
	}
	if n := strings.Count(demo.err.String(), "\n"); n != 2 {
		t.Errorf("stderr has %s", demo.err.String())
	}
}
