package platform

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

func TestOnlyAChangeOfTheSessionIsTold(t *testing.T) {
	unknown := errors.New("no answer")
	readings := []struct {
		away bool
		err  error
	}{{false, nil}, {true, nil}, {true, nil}, {false, unknown}, {true, nil}, {false, nil}, {false, nil}}
	ctx, stop := context.WithCancel(t.Context())
	ticks := make(chan time.Time, len(readings))
	next := 0
	read := func() (bool, error) {
		r := readings[next]
		if next++; next == len(readings) {
			stop()
		} else {
			ticks <- time.Time{}
		}
		return r.away, r.err
	}
	var told []bool
	watchAway(ctx, ticks, read, func(away bool) { told = append(told, away) })
	if !slices.Equal(told, []bool{true, false}) {
		t.Errorf("told %v", told)
	}
}
