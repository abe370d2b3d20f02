package revocation

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/redistest"
)

func TestTheClockOfThisServerIsComparedWithThatOfRedis(t *testing.T) {
	store := open(t, redistest.Start(t).URL())
	c := NewClockOffset(store, quiet())
	for _, ahead := range []time.Duration{0, -time.Minute, 40 * 24 * time.Hour} {
		c.here = func() time.Time { return time.Now().Add(ahead) }
		if !c.measure(t.Context()) || (c.Ahead()-ahead).Abs() > maxAsking {
			t.Errorf("ahead by %v, want %v", c.Ahead(), ahead)
		}
	}
}

func TestClocksThatDifferAreLoggedOnceAndAgainWhenThatChanges(t *testing.T) {
	var said strings.Builder
	now, ahead, away := noon, time.Duration(0), false
	c := &ClockOffset{here: func() time.Time { return now }, log: slog.New(slog.NewTextHandler(&said, nil)), redis: func(context.Context) (time.Time, error) {
		if away {
			return time.Time{}, errors.New("away")
		}
		return now.Add(-ahead), nil
	}}
	steps := []struct {
		name  string
		ahead time.Duration
		away  bool
		want  string // what the log says of it; empty: nothing
	}{
		{"they agree", 0, false, ""},
		{"they differ by a second", time.Second, false, ""},
		{"this one is a minute behind", -time.Minute, false, "level=WARN ahead=-1m"},
		{"and stays so", -time.Minute - time.Second, false, ""},
		{"Redis is away", 0, true, ""},
		{"this one is an hour ahead", time.Hour, false, "level=WARN ahead=1h"},
		{"they agree again", time.Millisecond, false, "level=INFO ahead="},
		{"and stay so", 0, false, ""},
	}
	for _, step := range steps {
		said.Reset()
		ahead, away = step.ahead, step.away
		for range 2 {
			if c.measure(t.Context()) == step.away {
				t.Errorf("%s: Redis told the time, or did not", step.name)
			}
		}
		level, value, _ := strings.Cut(step.want, " ")
		if got := said.String(); strings.Count(got, "\n") != min(len(step.want), 1) || !strings.Contains(got, level) || !strings.Contains(got, value) {
			t.Errorf("%s: said %q", step.name, got)
		}
		if !step.away && (c.Ahead()-step.ahead).Abs() > maxAsking {
			t.Errorf("%s: ahead by %v", step.name, c.Ahead())
		}
	}
}

func TestTheClocksAreComparedAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		asked := 0
		c := &ClockOffset{here: time.Now, log: quiet(), redis: func(context.Context) (time.Time, error) {
			if asked++; asked == 3 {
				cancel()
			}
			return time.Now(), map[bool]error{true: errors.New("away")}[asked == 1]
		}}
		began := time.Now()
		if err := c.Run(ctx); err != nil || asked != 3 || time.Since(began) != retryAfter+measureEvery {
			t.Errorf("%v, asked %d times in %v", err, asked, time.Since(began))
		}
	})
}
