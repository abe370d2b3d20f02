package agent

import (
	"bytes"
	"errors"
	"testing"

	"jumun/assets/icons"
	"jumun/assets/sounds"
	"jumun/desktop/bell"
	"jumun/desktop/pipe"
	"jumun/desktop/words"
)

func TestLineSaysFirstWhatLosesOrders(t *testing.T) {
	w, err := words.In("en")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name          string
		alarm         bell.Alarm
		reason        string
		sound, window string
		disk          error
		want          string
	}{
		{"quiet", bell.Alarm{State: pipe.Connected}, "", "", "", nil, "Connected · mart 42"},
		{"orders wait", bell.Alarm{State: pipe.Connected, Orders: 3}, "", pipe.PartRunning, pipe.PartRunning, nil, "Orders waiting: 3"},
		{"no sound", bell.Alarm{State: pipe.Connected, Orders: 3}, "", pipe.PartFailed, pipe.PartFailed, nil, "No sound. Check the speaker"},
		{"muted", bell.Alarm{State: pipe.Connected, Orders: 3}, "", pipe.Muted, pipe.PartFailed, nil, "The sound of this PC is off. Turn it on"},
		{"no window", bell.Alarm{State: pipe.Connected}, "", "", pipe.PartFailed, nil, "Popups cannot be shown. Sound and system notifications are used"},
		{"no disk", bell.Alarm{State: pipe.Connected, Orders: 3}, "", "", "", errors.New("full"), "Orders cannot be stored. Check the disk space"},
		{"orders may be missing", bell.Alarm{State: pipe.Connected, Orders: 3, Gap: true}, "", "", "", nil, "Some orders may have been missed"},
		{"a gap, and no connection", bell.Alarm{State: pipe.Lost, Gap: true}, "", "", "", nil, "Not connected"},
		{"no connection", bell.Alarm{State: pipe.Lost, Orders: 3}, "", pipe.PartFailed, "", nil, "Not connected"},
		{"unpaired by somebody", bell.Alarm{State: pipe.Refused, Orders: 3}, pipe.RefusedRevoked, pipe.PartFailed, "", nil, w.Say("refused.revoked")},
		{"refused by a network's login page, say", bell.Alarm{State: pipe.Refused}, "", "", "", nil, w.Say("state.refused")},
		{"nothing set", bell.Alarm{State: pipe.NotSet}, "", "", "", nil, "Settings needed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := line(w, tt.alarm, tt.reason, pipe.Settings{Mart: "42"}, tt.sound, tt.window, tt.disk); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Assets know no package of the desktop, so names are held together here.
func TestEverySignHasAPictureOfItsOwnAndEverySoundIsThere(t *testing.T) {
	unknown := icons.Tray("a state nobody has drawn", 0)
	for _, sign := range []string{pipe.NotSet, pipe.Connecting, pipe.Connected, pipe.Lost, pipe.Refused, pipe.SignWaiting} {
		if bytes.Equal(icons.Tray(sign, 0), unknown) {
			t.Errorf("%s has no picture", sign)
		}
	}
	if !bytes.Equal(icons.Tray(pipe.SignAttention, 0), unknown) {
		t.Error("the unknown is not shown as something to look at")
	}
	for _, name := range []string{pipe.SoundOrder, pipe.SoundChime, pipe.SoundBell, pipe.SoundWaiting, pipe.SoundLost, pipe.SoundBack, pipe.SoundTest} {
		if _, ok := sounds.Sound(name); !ok {
			t.Errorf("there is no sound %s", name)
		}
	}
}
