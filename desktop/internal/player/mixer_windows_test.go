package player

import (
	"runtime"
	"testing"

	"golang.org/x/sys/windows"

	"jumun/desktop/internal/ipc"
)

// The session is this test's own: nothing else on the PC is muted.
func TestTheMixerKnowsTheVolumeAndMuteOfOurSession(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	defer windows.CoUninitialize()
	device := defaultDevice()
	if device == nil {
		t.Skip("this PC has no sound device")
	}
	defer device.release()
	tests := []struct {
		name  string
		level float64
		muted bool
		want  mixerState
	}{
		{"it can be heard", 1, false, mixerState{known: true}},
		{"muted", 1, true, mixerState{true, ipc.ProgramMuted}},
		{"at no volume", 0, false, mixerState{true, ipc.ProgramMuted}},
		{"low", 0.1, false, mixerState{true, ipc.Quiet}},
		{"as it was", 1, false, mixerState{known: true}},
	}
	for _, tt := range tests {
		c, ok := device.control(sessionVolume)
		if !ok || c.set(tt.level, tt.muted) != nil {
			t.Fatal("there is no session, or it cannot be set")
		}
		if c, _ = device.control(sessionVolume); stateOf([]control{pcAt(1), c}) != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, c, tt.want)
		}
	}
	if controls, _ := (&mixer{}).controls(); len(controls) != 2 {
		t.Errorf("%+v", controls)
	}
}
