package agent

import (
	"bytes"
	"errors"
	"testing"

	"jumun/assets/icons"
	"jumun/assets/sounds"
	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestTheStatusTextNamesFirstWhatLosesOrders(t *testing.T) {
	w, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name          string
		alarm         alarm.Alarm
		reason        string
		sound, window string
		disk          error
		ends          string
		want          string
	}{
		{"quiet", alarm.Alarm{State: ipc.Connected}, "", "", "", nil, "", "Connected · mart 42"},
		{"orders wait", alarm.Alarm{State: ipc.Connected, Orders: 3}, "", ipc.ChildRunning, ipc.ChildRunning, nil, "", "Orders waiting: 3"},
		{"no sound", alarm.Alarm{State: ipc.Connected, Orders: 3}, "", ipc.ChildFailed, ipc.ChildFailed, nil, "", "No sound. Check the speaker"},
		{"muted", alarm.Alarm{State: ipc.Connected, Orders: 3}, "", ipc.Muted, ipc.ChildFailed, nil, "", "This PC is muted. Turn its sound on"},
		{"at no volume", alarm.Alarm{State: ipc.Connected}, "", ipc.NoVolume, "", nil, "", "This PC is muted. Turn its sound on"},
		{"another account on the screen", alarm.Alarm{State: ipc.Connected}, "", ipc.Away, "", nil, "", "This account is not on the screen, so its sound may not be heard. Switch back to it"},
		{"only this program muted", alarm.Alarm{State: ipc.Connected}, "", ipc.ProgramMuted, "", nil, "", "jumun is muted in the volume mixer. Unmute it"},
		{"quiet sound", alarm.Alarm{State: ipc.Connected}, "", ipc.Quiet, "", nil, "", "The sound is low. Turn it up"},
		{"no window", alarm.Alarm{State: ipc.Connected}, "", "", ipc.ChildFailed, nil, "", "Popups cannot be shown. You get sound and system notifications"},
		{"no disk", alarm.Alarm{State: ipc.Connected, Orders: 3}, "", "", "", errors.New("full"), "", "Orders are not being stored. Check the disk space"},
		{"orders may be missing", alarm.Alarm{State: ipc.Connected, Orders: 3, Gap: true}, "", "", "", nil, "", "Some orders may have been missed"},
		{"an order cannot be read", alarm.Alarm{State: ipc.Connected, Orders: 3, Gap: true, Unreadable: true}, "", "", "", nil, "", "An order could not be read"},
		{"the pairing ends, and orders wait", alarm.Alarm{State: ipc.Connected, Orders: 3}, "", "", "", nil, "It ends", "It ends"},
		{"the pairing ends, and orders may be missing", alarm.Alarm{State: ipc.Connected, Gap: true}, "", "", "", nil, "It ends", "Some orders may have been missed"},
		{"one was withdrawn", alarm.Alarm{State: ipc.Connected, Cancelled: 1}, "", "", "", nil, "", "Cancelled orders: 1"},
		{"a gap, and no connection", alarm.Alarm{State: ipc.Lost, Gap: true}, "", "", "", nil, "", w.Text("agent.lost", "Why", w.Text("banner.lost.do"))},
		{"no connection", alarm.Alarm{State: ipc.Lost, Orders: 3}, "", ipc.ChildFailed, "", nil, "", w.Text("agent.lost", "Why", w.Text("banner.lost.do"))},
		{"unpaired by somebody", alarm.Alarm{State: ipc.Refused, Orders: 3}, ipc.RefusedRevoked, ipc.ChildFailed, "", nil, "", w.Text("refused.revoked")},
		{"refused by a network's login page, say", alarm.Alarm{State: ipc.Refused}, "", "", "", nil, "", w.Text("state.refused")},
		{"nothing set", alarm.Alarm{State: ipc.NotSet}, "", "", "", nil, "", "Settings needed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line, _ := connectionText(w, tt.alarm.State, tt.reason, "")
			if got := statusText(w, tt.alarm, line, settings.Settings{Mart: "42"}, tt.sound, tt.window, tt.disk, tt.ends); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// The assets import no package of the desktop, so this test compares the names.
func TestEveryIconHasAPictureOfItsOwnAndEverySoundExists(t *testing.T) {
	unknown := icons.Tray("a state nobody has drawn", 0)
	for _, sign := range []string{ipc.NotSet, ipc.Connecting, ipc.Connected, ipc.Lost, ipc.Refused, ipc.IconWaiting} {
		if bytes.Equal(icons.Tray(sign, 0), unknown) {
			t.Errorf("%s has no picture", sign)
		}
	}
	if !bytes.Equal(icons.Tray(ipc.IconAttention, 0), unknown) {
		t.Error("the unknown is not shown as something to look at")
	}
	digits := []string{ipc.SoundDigit + "0", ipc.SoundDigit + "9"}
	for _, name := range append(digits, ipc.SoundOrder, ipc.SoundOrder2, ipc.SoundOrder3, ipc.SoundChime, ipc.SoundBell, ipc.SoundWaiting, ipc.SoundCancelled, ipc.SoundLost, ipc.SoundBack, ipc.SoundTest) {
		if _, ok := sounds.Sound(name); !ok {
			t.Errorf("there is no sound %s", name)
		}
	}
}
