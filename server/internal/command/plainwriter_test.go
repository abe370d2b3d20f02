package command

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"jumun/shared/wire"
)

// evil is a name that clears the screen, turns the rest of the line around and begins a new one.
const evil = "\x1b[2J\u202eniart\u009b31m\r\nID 2\t\u2066x\u200b\U000e0001"

func TestNothingRawOfAServerReachesTheTerminal(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.Header().Set("Content-Type", wire.ProblemType)
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(wire.Problem{Detail: evil})
			return
		}
		d := []wire.Device{{ID: evil, Name: evil}}
		event := wire.PastEvent{Event: wire.AckEvent, Device: evil}
		past := []wire.PastOrder{{ID: evil, Way: evil, Key: evil, Amount: evil, Summary: evil, Events: []wire.PastEvent{event}}}
		_ = json.NewEncoder(w).Encode(struct {
			Devices []wire.Device    `json:"devices"`
			Orders  []wire.PastOrder `json:"orders"`
		}{d, past})
	}))
	defer server.Close()
	getenv := func(name string) string { return map[string]string{"JUMUN_TOKEN": "x"}[name] }
	for args, lines := range map[string]int{
		"devices --mart 42":                1 + 1,
		"devices --mart 42 --json":         1,
		"order --mart 42 --order 1 --show": 2 + 2 + 1 + 1,
		"revoke --mart 42 --dry-run":       1 + 1,
		"revoke --mart 42":                 1 + 1,
		"pair --mart 42":                   1,
	} {
		_, out, stderr := run(t, getenv, append(strings.Fields(args), "--server", server.URL)...)
		if text := out + stderr; strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsGraphic(r) }) || strings.Count(text, "\n") != lines {
			t.Errorf("%s: %q", args, text)
		}
	}
	_, out, _ := run(t, getenv, "devices", "--mart", "42", "--json", "--server", server.URL)
	var list wire.Devices
	if err := json.Unmarshal([]byte(out), &list); err != nil || list.Devices[0].Name != evil {
		t.Errorf("a script reads %q, %v", out, err)
	}
}

func TestATokenGoesByHTTPToThisMachineOnly(t *testing.T) {
	for _, tt := range []struct {
		args    string
		refused bool
	}{
		{"--server http://203.0.113.7:1", true},
		{"--server http://jumun.invalid", true},
		{"--server HTTP://127.0.0.1.invalid", true},
		{"--server http://jumun.invalid --allow-http", false},
		{"--server https://jumun.invalid", false},
		{"--server http://127.0.0.1:1", false},
		{"--server http://localhost:1", false},
		{"--server http://[::1]:1", false},
	} {
		getenv := func(name string) string { return map[string]string{"JUMUN_TOKEN": "x"}[name] }
		code, _, stderr := run(t, getenv, append([]string{"devices", "--mart", "42"}, strings.Fields(tt.args)...)...)
		if code != exitFailed || strings.Contains(stderr, "--allow-http") != tt.refused {
			t.Errorf("%s: exit code %d: %s", tt.args, code, stderr)
		}
	}
}

func TestAnEmojiOfThreePeopleIsPrintedWholeAndAJoinerBetweenLettersIsNot(t *testing.T) {
	var b strings.Builder
	if _, err := io.WriteString(plainWriter{&b}, "👨‍👩‍👧 가\u200d나"); err != nil {
		t.Fatal(err)
	}
	if want := `👨‍👩‍👧 가\u200d나`; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func FuzzPlainWriter(f *testing.F) {
	f.Add("카운터\tx\n")
	f.Add(evil + "\xff\xfe")
	f.Add("👨‍👩‍👧")
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		if n, err := io.WriteString(plainWriter{&b}, text); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		got := b.String()
		raw := func(r rune) bool { return r != '\n' && r != '\t' && r != '\u200d' && !unicode.IsGraphic(r) }
		if !utf8.ValidString(got) || strings.ContainsFunc(got, raw) || len(got) < len(text)/4 {
			t.Fatalf("%q is written as %q", text, got)
		}
	})
}
