package platform

import (
	"os"
	"testing"

	"golang.org/x/sys/windows/registry"
)

// run sets what a registry hive starts at login, and what it started before when the test ends.
func run(t *testing.T, hive registry.Key, command string) {
	t.Helper()
	key, _, err := registry.CreateKey(hive, runKey, registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		t.Skip(err) // only administrators may write those of all users
	}
	before, _, beforeErr := key.GetStringValue(runValue)
	set := func(command string, there bool) {
		if err := key.DeleteValue(runValue); ignoreMissing(err) != nil {
			t.Fatal(err)
		}
		if there {
			if err := key.SetStringValue(runValue, command); err != nil {
				t.Fatal(err)
			}
		}
	}
	set(command, command != "")
	t.Cleanup(func() {
		set(before, beforeErr == nil)
		key.Close()
	})
}

func own(t *testing.T) string {
	t.Helper()
	key, err := registry.OpenKey(registry.CURRENT_USER, runKey, registry.QUERY_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer key.Close()
	command, _, _ := key.GetStringValue(runValue) // there may be none
	return command
}

func TestJumunStartsOnceAtLoginWhereASetupForAllUsersStartsIt(t *testing.T) {
	const mine = `C:\own\jumun.exe`
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, all, before, want string
	}{
		{"no setup for all", "", "", `"` + exe + atLogin},
		{"the one for all runs", `"` + exe + atLogin, "", ""},
		{"the one for all runs, and was set here before", `"` + exe + atLogin, `"` + exe + atLogin, ""},
		{"the one for all runs beside a setup of this user", `"` + exe + atLogin, `"` + mine + atLogin, `"` + mine + atLogin},
		{"that of this user runs beside the one for all", `"C:\Program Files\jumun\jumun.exe` + atLogin, `"` + exe + `"`, `"` + exe + atLogin},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, registry.LOCAL_MACHINE, tt.all)
			run(t, registry.CURRENT_USER, tt.before)
			if err := setAutostart(exe, true); err != nil {
				t.Fatal(err)
			}
			if got := own(t); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if on, err := Autostart(); !on || err != nil {
				t.Errorf("it starts: %v, %v", on, err)
			}
		})
	}
}
