package platform

import "testing"

func TestOnlyADesktopHasASession(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"X", map[string]string{"XDG_SESSION_TYPE": "x11", "DISPLAY": ":0"}, "3"},
		{"Wayland", map[string]string{"XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "3"},
		{"Wayland without X", map[string]string{"XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": "wayland-0"}, "3"},
		{"startx on a console", map[string]string{"XDG_SESSION_TYPE": "tty", "DISPLAY": ":0.0"}, "3"},
		{"a local display by name", map[string]string{"XDG_SESSION_TYPE": "tty", "DISPLAY": "unix:0"}, "3"},
		{"a thin client", map[string]string{"XDG_SESSION_TYPE": "x11", "DISPLAY": "ltsp7:0"}, "3"},
		{"one that is not named", map[string]string{"XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_ID": ""}, ""},
		{"a console", map[string]string{"XDG_SESSION_TYPE": "tty"}, NoDesktop},
		{"cron", nil, NoDesktop},
		{"ssh", map[string]string{"XDG_SESSION_TYPE": "tty", "SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"}, NoDesktop},
		{"ssh -X", map[string]string{"XDG_SESSION_TYPE": "tty", "SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22", "DISPLAY": "localhost:10.0"}, NoDesktop},
		{"ssh -X, and su", map[string]string{"XDG_SESSION_TYPE": "tty", "DISPLAY": "localhost:10.0"}, NoDesktop},
		{"ssh, onto the screen of the till", map[string]string{"XDG_SESSION_TYPE": "tty", "SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22", "DISPLAY": ":0"}, NoDesktop},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			getenv := func(name string) string {
				if v, known := tt.env[name]; known || name != "XDG_SESSION_ID" {
					return v
				}
				return "3"
			}
			if got := Session(getenv); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}
