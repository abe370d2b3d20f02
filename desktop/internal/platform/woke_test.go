package platform

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestSleepIsTold(t *testing.T) {
	tests := []struct {
		name            string
		wall, monotonic time.Duration
		want            bool
	}{
		{"awake", wakeTick, wakeTick, false},
		{"busy", wakeTick + 2*time.Second, wakeTick + 2*time.Second, false},
		{"slept, and only the wall's clock went on", 8 * time.Hour, wakeTick, true},
		{"slept, and both went on", 8 * time.Hour, 8 * time.Hour, true},
		{"stopped, while the wall's clock was put back", -time.Hour, time.Minute, true},
		{"the wall's clock was put back", -time.Hour, wakeTick, false},
		{"slept for 5 seconds", 5*time.Second + wakeTick/2, wakeTick / 2, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := clocks{wall: time.Hour, monotonic: time.Minute}
			now := clocks{before.wall + tt.wall, before.monotonic + tt.monotonic}
			if got := slept(before, now); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestEachSleepIsToldOnce(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ticks, read, told := make(chan time.Time), make(chan clocks, 1), make(chan bool, 10)
	ended := make(chan bool)
	read <- clocks{}
	go func() {
		defer close(ended)
		watchSleep(ctx, ticks, func() clocks { return <-read }, func() { told <- true })
	}()
	for _, at := range []time.Duration{2, 4, 3600, 3602, 3604, 7200, 7202} { // seconds
		ticks <- time.Time{}
		read <- clocks{wall: at * time.Second, monotonic: at}
	}
	ticks <- time.Time{} // taken, so what was before is done
	read <- clocks{wall: 7204 * time.Second}
	stop()
	<-ended
	if len(told) != 2 {
		t.Errorf("told %d times", len(told))
	}
}

func TestAPCThatIsAwakeIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 24*time.Hour)
		defer stop()
		Woke(ctx, func() { t.Error("woke") })
	})
}
