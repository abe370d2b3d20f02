package screen

import "testing"

func TestX11IsPreferredWhereThereIsOne(t *testing.T) {
	tests := []struct {
		name   string
		system string
		env    map[string]string
		want   string
	}{
		{"Wayland with X11", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "x11"},
		{"Wayland only", "linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, ""},
		{"a person chose", "linux", map[string]string{"DISPLAY": ":0", "FYNE_PLATFORM": "wayland"}, "wayland"},
		{"Windows with an X11 server", "windows", map[string]string{"DISPLAY": ":0"}, ""},
		{"macOS with XQuartz", "darwin", map[string]string{"DISPLAY": "/private/tmp/com.apple.launchd.x/org.xquartz:0"}, ""},
		{"no screen", "linux", map[string]string{}, ""},
	}
	for _, test := range tests {
		err := PreferX11(test.system, func(k string) string { return test.env[k] }, func(k, v string) error { test.env[k] = v; return nil })
		if got := test.env["FYNE_PLATFORM"]; err != nil || got != test.want {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
}
