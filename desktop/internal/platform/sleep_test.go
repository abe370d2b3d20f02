package platform

import "testing"

func TestWhatMacOSTellsOfSleepIsPassedOnAndAnsweredWhereItWaits(t *testing.T) {
	for _, tt := range []struct {
		name  string
		told  uint32
		want  string
		waits bool
	}{
		{"it would like to sleep", 0xe0000270, "", true},
		{"it sleeps", 0xe0000280, "sleeps", true},
		{"it stays awake after all", 0xe0000290, "", false},
		{"it begins to wake", 0xe0000320, "", false},
		{"it is awake", 0xe0000300, "woke", false},
	} {
		got := ""
		waits := answerPower(tt.told, func() { got += "sleeps" }, func() { got += "woke" })
		if got != tt.want || waits != tt.waits {
			t.Errorf("%s: %q, and it waits: %v", tt.name, got, waits)
		}
	}
}
