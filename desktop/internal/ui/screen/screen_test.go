package screen

import "testing"

func TestX11IsPreferredWhereThereIsOne(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"Wayland with X11", map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "x11"},
		{"Wayland only", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, ""},
		{"a person chose", map[string]string{"DISPLAY": ":0", "FYNE_PLATFORM": "wayland"}, "wayland"},
		{"no screen", map[string]string{}, ""},
	}
	for _, test := range tests {
		err := PreferX11(func(k string) string { return test.env[k] }, func(k, v string) error { test.env[k] = v; return nil })
		if got := test.env["FYNE_PLATFORM"]; err != nil || got != test.want {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
}
