package escalation

import (
	"encoding/base64"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/shared/order"
)

var aSecret = "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32))

const aTarget = "targets:\n- name: hq\n  url: https://hq.example.com/SECRET\n  secrets: [SECRET]\n"

func parsed(t *testing.T, text string) (*Policy, error) {
	t.Helper()
	return parsePolicy([]byte(strings.ReplaceAll(text, "[SECRET]", "["+aSecret+"]")), t.TempDir())
}

func TestAMistakeInAPolicyIsNamedWithItsLine(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no time", "times:\n  undelivered: soon", `line 2: "soon" is no time`},
		{"a time that is too short", "times: {offline: 10ms}", `line 1: "10ms"`},
		{"the longest first", "times:\n  unconfirmed: [10m, 3m]", "line 2: write 1 to 10 times"},
		{"a field that is none", "\ntimes:\n  undeliverd: 60s", "line 3: field undeliverd not found"},
		{"a field of a target that is none", aTarget + "  urll: x", "line 5: field urll not found"},
		{"a field of a mart that is none", "marts:\n  \"42\":\n    hour: always", "line 3: field hour not found"},
		{"no day", "hours:\n  mon-fry: \"09:00-22:00\"", `line 2: "mon-fry" is no day`},
		{"no hours", "hours: 9-22", `line 1: "9-22" are no hours`},
		{"an hour that is none", "marts:\n  \"42\": {hours: \"09:00-25:00\"}", "line 2:"},
		{"no mart", "marts:\n  \"4 2\": {}", "line 2:"},
		{"the same mart twice", "marts:\n  \"42\": {}\n  \"42\": {}", "line 3: mapping key"},
		{"no zone", "timezone: Seoul", `line 1: "Seoul" is no time zone`},
		{"no language", "language: jp", "line 1: language is ko or en"},
		{"no cause", aTarget + "  causes: [order.late]", `line 5: "order.late" is no cause`},
		{"a target that is none", aTarget + "marts:\n  \"42\":\n    targets: [hq, chat]", "line 7: there is no target called chat"},
		{"two targets of one name", aTarget + strings.TrimPrefix(aTarget, "targets:\n"), "line 5: there are two targets called hq"},
		{"a target without a name", "targets:\n- url: https://x", "line 2: a target needs a name"},
		{"a target without a URL", "targets:\n- name: x", "line 2: the target x needs a url"},
		{"no URL", "targets:\n- name: x\n  url: example.com/SECRET", "line 3: the url of a target is https://"},
		{"http", "targets:\n- name: x\n  url: http://example.com\n  secrets: [SECRET]", "line 2: the url of x is not https://"},
		{"no secrets", "targets:\n- name: x\n  url: https://example.com", "line 2: the target x needs secrets"},
		{"no secret", "targets:\n- name: x\n  url: https://example.com\n  secrets: [hush]", "line 4: a secret is whsec_"},
		{"a secrets file that is not there", "targets:\n- name: x\n  url: https://example.com\n  secrets-file: gone", "line 2: the target x: open"},
		{"no cause at all", aTarget + "  causes: []", "line 5: causes names none"},
		{"offline for longer than any opening", "hours: \"09:00-21:00\"\ntimes: {offline: 12h}", "mart.offline would never be told: offline is 12h0m0s, and no opening is longer than 12h0m0s"},
		{"a mart that never opens", "marts:\n  \"42\": {hours: {}}", "mart 42: mart.offline would never be told: offline is 5m0s, and no opening is longer than 0s"},
		{"no format", aTarget + "  format: discord", "line 5: format is standard or slack"},
		{"no YAML", "times: [", "line 1"},
		{"another document", "times: {}\n---\ntimes: {}", "second document"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parsed(t, tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "escalation.") || strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "/SECRET") {
				t.Errorf("said %v, want %s", err, tt.want)
			}
		})
	}
}

func TestWhatAPolicySaysHoldsForTheMartsAndTheRestIsTheDefault(t *testing.T) {
	p, err := parsed(t, aTarget+`- name: chat
  url: https://chat.example.com
  format: slack
  causes: [mart.offline]
times: {unconfirmed: 2m}
hours: "09:00-22:00"
marts:
  "42": {times: {undelivered: 30s}, hours: always}
  43: {targets: [chat]}
  "44": {targets: []}
`)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(p.of("42").times, p.of("x").times); got != "{30s [2m0s] 5m0s 10m0s} {1m0s [2m0s] 5m0s 10m0s}" {
		t.Error(got)
	}
	night := time.Date(2026, 7, 27, 3, 0, 0, 0, time.UTC)
	if !p.of("42").hours.open(night) || p.of("x").hours.open(night) {
		t.Error("the hours are those of others")
	}
	names := func(mart order.MartID, c Cause) (all string) {
		for _, to := range p.targetsOf(mart, c) {
			all += to.Name + " "
		}
		return all
	}
	if got := names("42", Offline) + "|" + names("42", Refused) + "|" + names("43", Offline) + "|" + names("43", Undelivered) + "|" + names("44", Offline); got != "hq chat |hq |chat ||" {
		t.Error(got)
	}
	if p.pace() != 15*time.Second {
		t.Errorf("each mart is looked at every %v", p.pace())
	}
	if p, err := parsed(t, ""); err != nil || p.pace() != 30*time.Second || len(p.Targets()) != 0 {
		t.Errorf("an empty file is %+v, %v", p, err)
	}
}

func TestSecretsMayStandInAFileBesideThePolicy(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "hq.secrets"), []byte(aSecret+"\n"+aSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "policy.yaml")
	if err := os.WriteFile(path, []byte("targets: [{name: hq, url: 'https://x.example', secrets-file: hq.secrets}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := LoadPolicy(path)
	if err != nil {
		t.Fatal(err)
	}
	if hq, ok := p.Target("hq"); !ok || len(hq.Secrets) != 2 {
		t.Errorf("%+v", hq)
	}
}

func TestHours(t *testing.T) {
	p, err := parsed(t, `hours: {mon-thu: "09:00-14:00, 17:00-22:00", fri-sat: "17:00-02:00", sat-sun: "11:00-12:00"}`)
	if err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 7, 27, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   string // day since Monday, and time
		open bool
	}{
		{"0 08:59", false}, {"0 09:00", true}, {"0 13:59", true}, {"0 14:00", false}, {"3 21:59", true}, {"4 09:00", false},
		{"4 17:00", true}, {"5 01:59", true}, {"5 02:00", false}, {"5 11:30", true}, {"6 01:00", true}, {"6 11:59", true}, {"6 17:00", false}, {"7 01:00", false},
	} {
		var d, h, m int
		_, _ = fmt.Sscanf(tt.at, "%d %d:%d", &d, &h, &m)
		at := monday.AddDate(0, 0, d).Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
		if p.general.hours.open(at) != tt.open {
			t.Errorf("at %s it is open: %v", tt.at, !tt.open)
		}
	}
	if got := p.general.hours.longest(); got != 9*time.Hour {
		t.Errorf("it is open for %v at the longest", got)
	}
	nine := monday.Add(9 * time.Hour)
	if p.general.hours.openThroughout(nine.Add(-time.Minute), nine.Add(4*time.Minute)) || !p.general.hours.openThroughout(nine, nine.Add(5*time.Minute)) {
		t.Error("a store that has just opened is missed")
	}
}

func TestTheLongestOpening(t *testing.T) {
	for hours, want := range map[string]time.Duration{
		`"09:00-14:00, 13:00-17:00"`: 8 * time.Hour, `"17:00-02:00"`: 9 * time.Hour, `{sun: "20:00-24:00", mon: "00:00-05:00"}`: 9 * time.Hour,
		`{mon: "09:00-10:00"}`: time.Hour, "always": math.MaxInt64, `"00:00-24:00"`: math.MaxInt64,
	} {
		p, err := parsed(t, "hours: "+hours)
		if err != nil {
			t.Fatal(hours, err)
		}
		if got := p.general.hours.longest(); got != want {
			t.Errorf("of %s it is %v, want %v", hours, got, want)
		}
	}
}
