package main

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/server/internal/command"
	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestTheStartNamesItsSettingsWithoutPasswordsAndTheVariablesThatAreNone(t *testing.T) {
	redis := redistest.Start(t, "--requirepass", "sesame")
	var out, err said
	getenv := func(name string) string {
		return map[string]string{"JUMUN_REDIS": strings.Replace(redis.URL(), "://", "://:sesame@", 1)}[name]
	}
	environ := []string{"JUMUN_LISTN=x", "JUMUN_TOKEN=x", "JUMUN_SERVICE_HOST=x", "JUMUN_PORT_80_TCP_ADDR=x", "JUMUN_REDIS=x", "HOME=x"}
	command.Run(ended(t), "1.2.3", []string{"serve", "--listen", "127.0.0.1:0", "--keys", ownCopy(t, theKeys), "--log-format", "json", "--replicas", "1"},
		getenv, environ, strings.NewReader(""), &out, &err)
	for _, want := range []string{`"version":"1.2.3"`, `"heartbeat":"20s"`, `"redis":"redis://:xxxxx@`, `"variable":"JUMUN_LISTN"`, "keep one replica more"} {
		if !strings.Contains(err.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, err.String())
		}
	}
	if strings.Contains(err.String(), "sesame") || strings.Count(err.String(), `"variable"`) != 1 {
		t.Errorf("the log has a password, or names more than what is misspelt:\n%s", err.String())
	}
	for line := range strings.Lines(err.String()) {
		if !strings.HasPrefix(line, "{") {
			t.Errorf("a line is not JSON: %s", line)
		}
	}
}

func TestTheVersionIsAFlagToo(t *testing.T) {
	if code, out, _ := do(t, nothing, "--version"); code != exitDone || out != "jumun-server dev\n" {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestProfilesAreServedToThisMachineAlone(t *testing.T) {
	server := serve(t, "--debug-listen", "127.0.0.1:0", "--embedded-listen", "127.0.0.1:0")
	_, rest, _ := strings.Cut(server.err.String(), `msg="profiles are served" url=`)
	url, _, _ := strings.Cut(rest, "\n")
	if said := text(t, url+"goroutine?debug=1"); !strings.Contains(said, "goroutine profile") {
		t.Errorf("%s answers %s", url, said)
	}
	if got := status(t, server.url+"/debug/pprof/"); got != http.StatusNotFound {
		t.Errorf("devices reach them too: %d", got)
	}
	if code, _, stderr := do(t, nothing, "serve", "--debug-listen", "0.0.0.0:0"); code != exitFailed || !strings.Contains(stderr, "for this machine") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestWhoIsNoDeviceIsNotToldToPair(t *testing.T) {
	server := serve(t, "--embedded-listen", "127.0.0.1:0")
	for path, method := range map[string]string{wire.PublishPath: "POST", wire.PairingsPath: "POST", wire.DevicesPath("42"): "GET"} {
		said := read(t, ask(t, as(t, "x.y.z", method, server.url+path, "{}")))
		if !strings.Contains(said, "jumun-server token") || strings.Contains(said, "pair the device") {
			t.Errorf("%s: %s", path, said)
		}
	}
}

func TestTheCommandLineTrustsAnAuthorityByItsFileAndNamesWhatIsWrongWithAnAddress(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"devices":[]}`)) }))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return map[string]string{"JUMUN_TOKEN": "x"}[name] }
	tests := []struct{ name, server, ca, want string }{
		{"an unknown authority", server.URL, "", "name its file with --ca"},
		{"an authority of its own", server.URL, ca, ""},
		{"a file that is no certificate", server.URL, "/dev/null", "no certificate in PEM"},
		{"no scheme", strings.TrimPrefix(server.URL, "https://"), "", "no https:// before"},
		{"http where https is spoken", strings.Replace(server.URL, "https", "http", 1), "", "write https:// in --server"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := do(t, getenv, "devices", "--mart", "42", "--server", tt.server, "--ca", tt.ca)
			if code == exitDone != (tt.want == "") || !strings.Contains(stderr, tt.want) {
				t.Errorf("exit code %d: %s", code, stderr)
			}
		})
	}
}

// ended returns a context that has ended.
func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
