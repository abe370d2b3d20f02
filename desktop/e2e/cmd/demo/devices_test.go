//go:build linux

package main

import "testing"

func TestASoundServerOrACardIsASoundDevice(t *testing.T) {
	tests := []struct {
		name        string
		env         map[string]string
		file        string
		sound, seen bool
	}{
		{"a bare machine", nil, "", false, false},
		{"a card", nil, "/dev/snd/pcm*p", true, false},
		{"PulseAudio", map[string]string{"XDG_RUNTIME_DIR": "/run/user/1"}, "/run/user/1/pulse/native", true, false},
		{"PipeWire", map[string]string{"XDG_RUNTIME_DIR": "/run/user/1"}, "/run/user/1/pipewire-0", true, false},
		{"a sound server elsewhere", map[string]string{"PULSE_SERVER": "tcp:host"}, "", true, false},
		{"a screen", map[string]string{"DISPLAY": ":0"}, "", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			getenv := func(name string) string { return tt.env[name] }
			if got := hasSound(getenv, func(p string) bool { return p == tt.file }); got != tt.sound {
				t.Errorf("sound: %v", got)
			}
			if got := hasScreen(getenv); got != tt.seen {
				t.Errorf("screen: %v", got)
			}
		})
	}
}
