package settings

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAPolicyTakesWhatIsRightAndTellsWhatIsNot(t *testing.T) {
	tests := []struct {
		name       string
		values     map[string]string
		unreadable []string
		want       Policy
		wrong      string
	}{
		{name: "none"},
		{name: "all of it", values: map[string]string{"server": " jumun.example.com/ ", "mart": "４２", "enrol": "ABCDE-FGHJK-MNPQR-STUVW-XYZ23", "updates": "Off",
			"open": "9", "close": "22:00", "sunday": "휴무", "holidays": "12/25", "outside": "popup"},
			want: Policy{Server: "https://jumun.example.com", Mart: "42", Enrol: "ABCDE-FGHJK-MNPQR-STUVW-XYZ23", Updates: UpdatesOff,
				Hours: Hours{Open: "09:00", Close: "22:00", Week: Week{0: DayOff}, Holidays: "12-25", Outside: OutsidePopup}}},
		{name: "empty texts, as a policy without values writes them", values: map[string]string{"server": "", "mart": " ", "updates": "on"}},
		{name: "misspelt names", values: map[string]string{"upadtes": "off", "mart": "42", "": "the key itself"}, unreadable: []string{"sever"}, want: Policy{Mart: "42"},
			wrong: "[{sever, upadtes settings.policy-unknown}]"},
		{name: "a long name", values: map[string]string{strings.Repeat("x", 16000): "1"}, wrong: "[{" + strings.Repeat("x", maxUnknown-1) + "… settings.policy-unknown}]"},
		{name: "another scheme", values: map[string]string{"server": "ftp://jumun.example.com", "mart": "42"}, want: Policy{Mart: "42"}, wrong: "[{server settings.server-not-url}]"},
		{name: "http", values: map[string]string{"server": "http://jumun.example.com"}, wrong: "[{server settings.server-insecure}]"},
		{name: "a mart with a blank", values: map[string]string{"server": "https://jumun.example.com", "mart": "강남 점"}, want: Policy{Server: "https://jumun.example.com"}, wrong: "[{mart settings.mart-malformed}]"},
		{name: "no key", values: map[string]string{"enrol": "ABCD-EFGH"}, wrong: "[{enrol settings.enrol-malformed}]"},
		{name: "to ring outside the hours", values: map[string]string{"open": "09:00", "close": "22:00", "outside": "ring"}, want: Policy{Hours: Hours{Open: "09:00", Close: "22:00"}}},
		{name: "half the hours", values: map[string]string{"open": "09:00"}, wrong: "[{hours settings.hours-both}]"},
		{name: "hours that are none", values: map[string]string{"open": "morning", "close": "evening", "updates": "off"}, want: Policy{Updates: UpdatesOff}, wrong: "[{hours settings.hours-time}]"},
		{name: "updates", values: map[string]string{"updates": "beta"}, wrong: "[{updates settings.policy-updates}]"},
		{name: "of another kind", values: map[string]string{"mart": "42"}, unreadable: []string{"server", "close"}, want: Policy{Mart: "42"},
			wrong: "[{server settings.value-unreadable} {hours settings.value-unreadable}]"},
		{name: "not to be read at all", unreadable: []string{"policy"}, wrong: "[{policy settings.value-unreadable}]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parsePolicy(tt.values, tt.unreadable)
			wrong := got.Problems()
			if told := fmt.Sprint(wrong); told != tt.wrong && (len(wrong) > 0 || tt.wrong != "") {
				t.Errorf("told %s, want %s", told, tt.wrong)
			}
			if got.problems, got.unknown = tt.want.problems, ""; got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestAPolicyTakesThePlaceOfWhatAPersonChose(t *testing.T) {
	own := Settings{Server: "https://own.example.com", Mart: "7", Volume: 0.3, Hours: Hours{Outside: OutsideSilent}}
	p := Policy{Mart: "42", Hours: Hours{Open: "09:00", Close: "22:00"}}
	s := p.Apply(own)
	if s.Server != own.Server || s.Mart != "42" || s.Hours != p.Hours || s.Volume != 0.3 || s.Policy != p {
		t.Errorf("%+v", s)
	}
	if names := p.Managed(); !slices.Equal(names, []string{"hours", "mart"}) {
		t.Errorf("decides %v", names)
	}
	if s = (Policy{Enrol: "secret"}).Apply(own); s.WithoutSecrets() != own {
		t.Errorf("%+v", s.WithoutSecrets())
	}
}

func TestAValueThatIsNotUsedIsTheOneOfBefore(t *testing.T) {
	old := Policy{Server: "https://jumun.example.com", Mart: "42", Hours: Hours{Outside: OutsidePopup}, Updates: UpdatesOff}
	tests := []struct {
		name       string
		values     map[string]string
		unreadable []string
		want       Policy
	}{
		{"a slip in one", map[string]string{"server": "ftp://jumun.example.com", "mart": "43"}, nil, Policy{Server: old.Server, Mart: "43"}},
		{"taken away", nil, nil, Policy{}},
		{"not to be read", nil, []string{"policy"}, old},
	}
	for _, tt := range tests {
		got := parsePolicy(tt.values, tt.unreadable).Keeping(old)
		if got.problems = old.problems; got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}

// While Windows writes a policy anew, it is not there for a moment.
func TestAPolicyCountsOnceItReadsTheSameTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		ticks := make(chan time.Time)
		first, second := Policy{Mart: "42"}, Policy{Mart: "43"}
		reads := []Policy{first, first, {}, first, first, second, second, second, {}, {}}
		var told []Policy
		looks := len(reads) - 1 // after the one at the start
		go watchPolicy(ctx, ticks, func() Policy {
			now := reads[0]
			reads = reads[1:]
			return now
		}, func(p Policy) { told = append(told, p) })
		for range looks {
			ticks <- time.Time{}
		}
		synctest.Wait()
		stop()
		synctest.Wait()
		if want := []Policy{first, second, {}}; !slices.Equal(told, want) {
			t.Errorf("told %+v", told)
		}
	})
}
