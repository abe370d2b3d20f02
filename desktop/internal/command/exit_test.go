package command

import (
	"errors"
	"fmt"
	"testing"

	"jumun/desktop/internal/agent"
	"jumun/desktop/internal/supervisor"
)

func TestTheExitStatusTellsWhetherAnEndWasAskedFor(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   error
		trial bool
		want  int
	}{
		{"agent", nil, false, supervisor.Stopped},
		{"agent", fmt.Errorf("x: %w", agent.ErrRestart), false, supervisor.Restart},
		{"agent", fmt.Errorf("x: %w", agent.ErrHandOver), true, supervisor.HandOver},
		{"agent", errors.New("x"), false, failed},
		{"start", nil, false, done},
		{"start", nil, true, supervisor.Stopped},
		{"start", errors.New("x"), true, failed},
		{"status", nil, true, done},
	} {
		if got := exitStatus(tt.name, tt.err, tt.trial); got != tt.want {
			t.Errorf("%s, %v, on trial %v: %d, want %d", tt.name, tt.err, tt.trial, got, tt.want)
		}
	}
}
