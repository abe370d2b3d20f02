package agent

import (
	"testing"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/update"
)

func TestWhenJumunMayStartAgainForAnotherVersion(t *testing.T) {
	open, closed := alarm.Alarm{State: ipc.Connected}, alarm.Alarm{State: ipc.Connected, Closed: true}
	with := func(change func(*alarm.Alarm)) alarm.Alarm {
		a := closed
		change(&a)
		return a
	}
	long := lull{quiet: update.QuietFor, waited: update.Patience}
	tests := []struct {
		name string
		lull lull
		now  alarm.Alarm
		want bool
	}{
		{"the store is closed", lull{}, closed, true},
		{"the store is open", lull{quiet: time.Hour}, open, false},
		{"the store is open, and the version that runs must go", lull{urgent: true}, open, true},
		{"an order waits", lull{urgent: true}, with(func(a *alarm.Alarm) { a.Orders = 1 }), false},
		{"an order rings", lull{urgent: true}, with(func(a *alarm.Alarm) { a.Ringing = true }), false},
		{"nobody has read that an order was withdrawn", lull{urgent: true}, with(func(a *alarm.Alarm) { a.Cancelled = 1 }), false},
		{"something sounds", lull{urgent: true}, with(func(a *alarm.Alarm) { a.Play = &ipc.Play{} }), false},
		{"not connected: what failed could not be told from the network", lull{urgent: true}, with(func(a *alarm.Alarm) { a.State = ipc.Lost }), false},
		{"a person is at the settings", lull{urgent: true, busy: true}, closed, false},
		{"nobody has set hours, and nothing happens", lull{noHours: true, quiet: update.QuietFor}, open, true},
		{"nobody has set hours, and an order came a moment ago", lull{noHours: true, quiet: time.Minute}, open, false},
		{"a PC that is off whenever the store is closed has waited for days", long, open, true},
		{"the same, and an order came a moment ago", lull{waited: update.Patience, quiet: time.Minute}, open, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.lull.isGood(tt.now); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestUpdatesAreTurnedOffByAPersonAnAdministratorOrTheEnvironment(t *testing.T) {
	byPolicy := settings.Policy{Updates: settings.UpdatesOff}.Apply(settings.Default())
	if updatesOff(settings.Default()) || !updatesOff(settings.Settings{NoUpdates: true}) || !updatesOff(byPolicy) {
		t.Error("not as they chose")
	}
	t.Setenv(UpdatesVariable, "Off")
	if !updatesOff(settings.Default()) {
		t.Error("not as the environment says")
	}
}

func TestAVersionOnTrialShowsWhetherItsWindowsWork(t *testing.T) {
	for ui, want := range map[string]string{"shows": ipc.ChildRunning, "dies": ipc.ChildFailed} {
		t.Run(ui, func(t *testing.T) {
			a := runningIn(t, t.TempDir(), "plays to the end", ui)
			a.post(func() { a.ui.onTrial = true })
			until(t, a, "its windows are tried", func(s ipc.Status) bool { return s.UI.State == want })
		})
	}
}
