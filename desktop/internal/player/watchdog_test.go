package player

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
)

// watch returns what a watchdog finds of a device that has pulled f(t) frames at time t, and when.
func watch(f func(t time.Duration) int64, stopped func(t time.Duration) bool) (reason string, at time.Duration) {
	var w watchdog
	begin := time.Unix(0, 0)
	for t := time.Duration(0); t < 20*time.Second; t += pollInterval {
		if stopped(t) {
			continue
		}
		if fault := w.check(position{at: begin.Add(t), startedAt: begin, pulled: f(t)}); fault != nil {
			return fault.reason, t
		}
	}
	return "", 0
}

func never(time.Duration) bool { return false }

func TestAWatchdogTellsADeviceThatPlaysFromOneThatDoesNot(t *testing.T) {
	pace := func(times float64) func(time.Duration) int64 {
		return func(t time.Duration) int64 { return int64(times*rate*t.Seconds()) + prefill }
	}
	until := func(end time.Duration) func(time.Duration) int64 {
		return func(t time.Duration) int64 { return pace(1)(min(t, end)) }
	}
	tests := []struct {
		name    string
		pulled  func(time.Duration) int64
		stopped func(time.Duration) bool
		want    string
		from    time.Duration
		to      time.Duration
	}{
		{"real time", pace(1), never, "", 0, 0},
		{"a clock a little fast", pace(1.001), never, "", 0, 0},
		{"a driver with a big buffer", func(t time.Duration) int64 { return pace(1)(t) + rate/2 }, never, "", 0, 0},
		{"a clock a little slow", pace(0.999), never, "", 0, 0},
		{"in gulps of half a second", func(t time.Duration) int64 { return pace(1)(t.Truncate(time.Second / 2)) }, never, "", 0, 0},
		{"never", func(time.Duration) int64 { return prefill }, never, ipc.Stalled, 2 * time.Second, 2100 * time.Millisecond},
		{"no more after a second", until(time.Second), never, ipc.Stalled, 3 * time.Second, 3100 * time.Millisecond},
		{"as fast as it can", pace(200), never, ipc.NoDevice, 0, 40 * time.Millisecond},
		{"five times too fast", pace(5), never, ipc.NoDevice, 0, 300 * time.Millisecond},
		{"twice too fast, on a busy PC", pace(2), never, ipc.NoDevice, 0, 1100 * time.Millisecond},
		{"the PC slept for four seconds and the device goes on", pace(1), func(t time.Duration) bool { return t > 3*time.Second && t < 7*time.Second }, "", 0, 0},
		{"the PC slept and the device stays stalled", until(3 * time.Second), func(t time.Duration) bool { return t > 3*time.Second && t < 7*time.Second }, ipc.Stalled, 9 * time.Second, 9200 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reason, at := watch(tt.pulled, tt.stopped)
			if reason != tt.want || at < tt.from || at > tt.to {
				t.Errorf("%q at %v, want %q at %v to %v", reason, at, tt.want, tt.from, tt.to)
			}
		})
	}
}

func TestOnlyWhatTheDevicePulledProvesThatThereIsOne(t *testing.T) {
	w := watchdog{}
	w.check(position{pulled: prefill})
	if w.hasStarted() {
		t.Error("what beep pulls for itself counts")
	}
	w.check(position{pulled: prefill + 1})
	if !w.hasStarted() {
		t.Error("what the device pulled does not count")
	}
}

func TestASoundWasHeardWhenItHasLeftTheBuffersAndTimeHasPassed(t *testing.T) {
	begin := time.Unix(0, 0)
	tests := []struct {
		name    string
		pulled  int64
		elapsed time.Duration
		want    bool
	}{
		{"pulled, but still in the buffers", 2 * rate, 2 * time.Second, false},
		{"out of the buffers", 2*rate + maxInFlight, 2 * time.Second, true},
		{"pulled too fast to have been heard", 2*rate + maxInFlight, time.Second, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := watchdog{}
			w.check(position{at: begin.Add(tt.elapsed), startedAt: begin, pulled: tt.pulled})
			if got := w.wasHeard(2 * rate); got != tt.want {
				t.Error(got)
			}
		})
	}
}
