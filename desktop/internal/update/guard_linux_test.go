package update

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

func TestAGuardStartsJumunAgainOnlyIfWhoWatchesATrialWasKilled(t *testing.T) {
	for _, tt := range []struct {
		name, words string
		sessionEnds bool
		want        bool
	}{
		{"killed before anything was started", "", false, true},
		{"killed while it watched", "PID\n", false, true},
		{"the trial has ended", "PID\n" + trialEnded + "\n", false, false},
		{"the session ends", "PID\n", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hangs := exec.Command("sleep", "1000000")
			kill, release, err := startTree(hangs)
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			ctx, end := context.WithCancel(t.Context())
			defer end()
			if tt.sessionEnds {
				end()
			}
			again := errors.New("started again")
			err = StandGuard(ctx, strings.NewReader(strings.ReplaceAll(tt.words, "PID", fmt.Sprint(hangs.Process.Pid))), func() error { return again })
			if (err == again) != tt.want {
				t.Errorf("%v", err)
			}
			if !tt.want || tt.words == "" {
				kill()
			}
			if hangs.Wait() == nil { // it would wait for ever
				t.Error("what was on trial ended by itself")
			}
		})
	}
}
