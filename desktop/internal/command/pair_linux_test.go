package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// pairingServer starts a server that pairs devices of mart 42 with one code.
func pairingServer(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p wire.PairRequest
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil || r.URL.Path != wire.PairPath || p.MartID != "42" || p.Code != "ABCDEFGH" {
			w.Header().Set("Content-Type", wire.ProblemType)
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(wire.Problem{Type: wire.ProblemCode, Detail: "no"})
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(wire.Paired{Token: "token-of-" + p.Code, Device: "1"})
	}))
	t.Cleanup(server.Close)
	return server
}

// newHome gives the test a home without a keychain, and returns the path of the settings.
func newHome(t *testing.T) string {
	dir := t.TempDir()
	for name, value := range map[string]string{
		"HOME": dir, "XDG_CONFIG_HOME": dir, "XDG_RUNTIME_DIR": dir, "DBUS_SESSION_BUS_ADDRESS": "", "LANG": "ko_KR.UTF-8", "LC_ALL": "",
	} {
		t.Setenv(name, value)
	}
	return filepath.Join(dir, "jumun", "settings.json")
}

func run(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = Run(context.Background(), "dev", args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// whole returns s with defaults for what a person seldom changes.
func whole(s settings.Settings) settings.Settings {
	d := settings.Default()
	d.Server, d.Mart, d.Device, d.Insecure, d.CA, d.Volume, d.Sound = s.Server, s.Mart, s.Device, s.Insecure, s.CA, s.Volume, s.Sound
	return d
}

func TestPairStoresSettingsAndTokenAndKeepsTheRest(t *testing.T) {
	file, server := newHome(t), pairingServer(t)
	if err := settings.Save(file, whole(settings.Settings{Server: "https://old.example", Mart: "7", Device: "카운터", Volume: 0.3})); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JUMUN_CODE", "abcd-efgh")
	code, out, errs := run("pair", "--server", server.URL+"/", "--mart", " 42")
	if code != done || !strings.Contains(out, "42") {
		t.Fatalf("%d, %s, %s", code, out, errs)
	}
	want := whole(settings.Settings{Server: server.URL, Mart: "42", Device: "카운터", Volume: 0.3})
	if s, err := settings.Load(file); err != nil || s != want {
		t.Errorf("stored %+v, %v", s, err)
	}
	token, err := program{}.tokenStore(file).Token(t.Context(), server.URL, "42")
	if err != nil || token != "token-of-ABCDEFGH" {
		t.Errorf("kept %q, %v", token, err)
	}
	if strings.Contains(out+errs, token) || strings.Contains(strings.ToUpper(out+errs), "ABCD-EFGH") {
		t.Errorf("a secret is printed: %s%s", out, errs)
	}
}

func TestPairMakesARunningAgentReload(t *testing.T) {
	newHome(t)
	server := pairingServer(t)
	at, err := (program{}).place()
	if err != nil {
		t.Fatal(err)
	}
	one, err := instance.Start(at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	asked, ended := make(chan string, 2), make(chan error)
	go func() {
		ended <- one.Serve(ctx, func(_ context.Context, c ipc.Command) ipc.Reply {
			if c.Do == ipc.DoStatus {
				return ipc.Reply{Status: &ipc.Status{}}
			}
			asked <- c.Do
			return ipc.Reply{Error: "읽지 못했습니다"}
		})
	}()
	code, out, errs := run("pair", "--server", server.URL, "--mart", "42", "--code", "ABCDEFGH")
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := <-asked; got != ipc.DoReload || code != failed || out == "" || !strings.Contains(errs, "읽지 못했습니다") {
		t.Errorf("asked for %s; %d, %s, %s", got, code, out, errs)
	}
	if err := one.Close(); err != nil {
		t.Error(err)
	}
}

func TestPairWithAnotherMartAsksWhileOrdersRing(t *testing.T) {
	file, server := newHome(t), pairingServer(t)
	at, err := (program{}).place()
	if err != nil {
		t.Fatal(err)
	}
	one, err := instance.Start(at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- one.Serve(ctx, func(_ context.Context, c ipc.Command) ipc.Reply {
			if c.Do == ipc.DoStatus {
				return ipc.Reply{Status: &ipc.Status{Mart: "7", Orders: 3}}
			}
			return ipc.Reply{}
		})
	}()
	args := []string{"pair", "--server", server.URL, "--mart", "42", "--code", "ABCDEFGH"}
	code, out, errs := run(args...)
	if _, err := os.Stat(file); code != failed || err == nil || !strings.Contains(errs, "매장 7의 주문 3건") {
		t.Errorf("%d, %s, %s; stored: %v", code, out, errs, err)
	}
	if code, out, errs := run(append(args, "--leave-waiting")...); code != done {
		t.Errorf("%d, %s, %s", code, out, errs)
	}
	stop()
	if err := errors.Join(<-ended, one.Close()); err != nil {
		t.Error(err)
	}
}

func TestAFailedPairPrintsWhyAndStoresNothing(t *testing.T) {
	file, server := newHome(t), pairingServer(t)
	tests := []struct {
		name string
		args []string
		code int
		text string // part of the output
	}{
		{"no code", []string{"--server", server.URL, "--mart", "42"}, wrongUsage, "--code"},
		{"no server and no mart", []string{"--code", "ABCDEFGH"}, failed, "매장"},
		{"http of another computer", []string{"--server", "http://192.0.2.1", "--mart", "42", "--code", "ABCDEFGH"}, failed, "http"},
		{"a wrong code", []string{"--server", server.URL, "--mart", "42", "--code", "HGFEDCBA"}, failed, "코드"},
		{"no such file", []string{"--server", server.URL, "--mart", "42", "--code", "ABCDEFGH", "--ca", "none.pem"}, failed, "CA"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(append([]string{"pair"}, tt.args...)...)
			if code != tt.code || out != "" || !strings.Contains(errs, tt.text) {
				t.Errorf("%d, %q, %q", code, out, errs)
			}
			if _, err := os.Stat(file); err == nil {
				t.Error("settings were stored")
			}
		})
	}
}

func TestApplyTakesTheArgumentsAndLeavesTheRest(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	was := whole(settings.Settings{Server: "https://old.example", Mart: "7", Device: "카운터", CA: "/old.pem", Volume: 0.3, Sound: "/bell.wav"})
	all := whole(settings.Settings{Server: "http://new.example", Mart: "42", Device: "주방", Insecure: true, CA: filepath.Join(here, "ca.pem"), Volume: 0.3, Sound: "/bell.wav"})
	tests := []struct {
		name  string
		typed pair
		want  settings.Settings
	}{
		{"a code alone", pair{Code: "ABCDEFGH"}, was},
		{"all", pair{Server: "http://new.example/", Mart: "42 ", Name: "주방", CA: "ca.pem", AllowHTTP: true}, all},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := tt.typed.apply(was); err != nil || got != tt.want {
				t.Errorf("%+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// lockedHome is a home whose settings have the PIN 2580.
func lockedHome(t *testing.T) (file string, was settings.Settings) {
	t.Helper()
	file = newHome(t)
	pin, err := settings.HashPIN("2580")
	if err != nil {
		t.Fatal(err)
	}
	was = whole(settings.Settings{Server: "https://old.example", Mart: "7", Volume: 0.3})
	was.PIN = pin
	if err := settings.Save(file, was); err != nil {
		t.Fatal(err)
	}
	return file, was
}

func TestPairAsksForThePINOfTheSettings(t *testing.T) {
	server := pairingServer(t)
	args := []string{"pair", "--server", server.URL, "--mart", "42", "--code", "ABCDEFGH"}
	tests := []struct {
		name, env, stdin string
		args             []string
		text             string // of what is printed if it fails; empty: it is paired
	}{
		{"none", "", "", nil, "--pin-stdin"},
		{"a wrong one", "2581", "", nil, "PIN이 맞지"},
		{"the right one in the environment", "2580", "", nil, ""},
		{"the right one by standard input", "", "2580\n", []string{"--pin-stdin"}, ""},
		{"without a line break", "", "2580", []string{"--pin-stdin"}, ""},
		{"a wrong one by standard input", "2580", "1111\n", []string{"--pin-stdin"}, "PIN이 맞지"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, was := lockedHome(t)
			t.Setenv("JUMUN_PIN", tt.env)
			var out, errs bytes.Buffer
			code := Run(t.Context(), "dev", append(args, tt.args...), strings.NewReader(tt.stdin), &out, &errs)
			s, err := settings.Load(file)
			if err != nil {
				t.Fatal(err)
			}
			paired := s.Mart == "42" && s.PIN == was.PIN
			if paired != (tt.text == "") || (code == done) != paired || !strings.Contains(errs.String(), tt.text) || !paired && s != was {
				t.Errorf("%d, %+v, %s%s", code, s, &out, &errs)
			}
		})
	}
}

func TestPINsThatAreGuessedByPairAreSlowedDown(t *testing.T) {
	_, _ = lockedHome(t)
	args := []string{"pair", "--server", "https://evil.example", "--mart", "42", "--code", "ABCDEFGH"}
	var errs string
	for _, pin := range []string{"0000", "0001", "0002", "0003", "2580"} {
		t.Setenv("JUMUN_PIN", pin)
		_, _, errs = run(args...)
	}
	if !strings.Contains(errs, "여러 번 시도해서 잠시") {
		t.Errorf("after four wrong ones: %s", errs)
	}
}

func TestPairAsksARunningAgentWhetherThePINIsRight(t *testing.T) {
	file, was := lockedHome(t)
	asked := fakeAgent(t, ipc.Reply{Error: "PIN이 맞지 않습니다"})
	t.Setenv("JUMUN_PIN", "2580")
	code, _, errs := run("pair", "--server", "https://evil.example", "--mart", "42", "--code", "ABCDEFGH")
	if c := <-asked; c != (ipc.Command{Do: ipc.DoCheckPIN, PIN: "2580"}) || code != failed || !strings.Contains(errs, "PIN") {
		t.Errorf("asked %+v; %d, %s", c, code, errs)
	}
	if s, err := settings.Load(file); err != nil || s != was {
		t.Errorf("%+v, %v", s, err)
	}
}
