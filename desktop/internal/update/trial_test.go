package update

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAProgramIsHealthyOnceItIsConnectedForAWhile(t *testing.T) {
	ok := Health{Version: "1.2.0+abc", PID: 7, Connected: true}
	silent := func(time.Duration) (Health, error) { return Health{}, errors.New("nobody listens") }
	tests := []struct {
		name  string
		ask   func(since time.Duration) (Health, error)
		ended error         // nil: it goes on
		want  string        // the error; "": none
		after time.Duration // when that is known, about
	}{
		{"healthy", func(time.Duration) (Health, error) { return ok, nil }, nil, "", steadyFor},
		{"healthy after a slow start", func(d time.Duration) (Health, error) {
			if d < 50*time.Second {
				return silent(d)
			}
			return ok, nil
		}, nil, "", 50*time.Second + steadyFor},
		{"it answers, and connects late", func(d time.Duration) (Health, error) {
			h := ok
			h.Connected = d > 2*time.Minute
			return h, nil
		}, nil, "", 2*time.Minute + steadyFor},
		{"it never answers", silent, nil, "does not answer", answerWithin},
		{"it never connects", func(time.Duration) (Health, error) { return Health{Version: "1.2.0", PID: 7, Detail: "refused"}, nil }, nil, "not connected: refused", TrialLimit},
		{"its agent starts again and again", func(d time.Duration) (Health, error) {
			h := ok
			h.PID = int(d / (5 * time.Second))
			return h, nil
		}, nil, "again and again", TrialLimit},
		{"it stops to answer", func(d time.Duration) (Health, error) {
			if d > steadyFor/2 {
				return silent(d)
			}
			return ok, nil
		}, nil, "does not answer", TrialLimit},
		{"it is another version", func(time.Duration) (Health, error) { return Health{Version: "1.1.0", Connected: true}, nil }, nil, "version 1.1.0", 0},
		{"it ends", silent, &exec.ExitError{}, "it ended", 0},
		{"a person ends it", silent, errAsked, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ended := make(chan error, 1)
				if tt.ended != nil {
					if tt.ended == errAsked {
						tt.ended = nil
					}
					ended <- tt.ended
				}
				err := Trial{Ask: func(context.Context) (Health, error) { return tt.ask(time.Since(began)) }}.watch(t.Context(), "1.2.0", ended)
				if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%v", err)
				}
				if late := time.Since(began) - tt.after; late < 0 || late > 5*time.Second {
					t.Errorf("known after %v", time.Since(began))
				}
			})
		})
	}
}

var errAsked = errors.New("status 0")
