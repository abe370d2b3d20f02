package platform

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestABusyPCIsNotAsleep(t *testing.T) {
	tests := []struct {
		name            string
		wall, monotonic time.Duration
		want            bool
	}{
		{"awake", clockInterval, clockInterval, false},
		{"busy", clockInterval + 2*time.Second, clockInterval + 2*time.Second, false},
		{"slept, and only the wall clock ran", 8 * time.Hour, clockInterval, true},
		{"slept, and both ran", 8 * time.Hour, 8 * time.Hour, true},
		{"stopped, while the wall clock was set back", -time.Hour, time.Minute, true},
		{"the wall clock was set back", -time.Hour, clockInterval, true},
		{"by as little as it is set by itself", clockInterval - time.Second, clockInterval, false},
		{"slept for 5 seconds", 5*time.Second + clockInterval/2, clockInterval / 2, true},
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

func TestEachSleepIsReportedOnce(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ticks, read, reported := make(chan time.Time), make(chan clocks, 1), make(chan bool, 10)
	ended := make(chan bool)
	read <- clocks{}
	go func() {
		defer close(ended)
		watchClocks(ctx, ticks, func() clocks { return <-read }, func() { reported <- true })
	}()
	for _, at := range []time.Duration{2, 4, 3600, 3602, 3604, 7200, 7202} { // seconds
		ticks <- time.Time{}
		read <- clocks{wall: at * time.Second, monotonic: at}
	}
	ticks <- time.Time{} // it is received, so everything before was handled
	read <- clocks{wall: 7204 * time.Second}
	stop()
	<-ended
	if len(reported) != 2 {
		t.Errorf("reported %d times", len(reported))
	}
}

func TestNoSleepIsReportedOnAPCThatIsAwake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 24*time.Hour)
		defer stop()
		WatchResume(ctx, func() { t.Error("resumed") })
	})
}
