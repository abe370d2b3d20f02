package agent

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/platform"
)

func TestAPCThatMayFallAsleepIsToldWhileOrdersMayCome(t *testing.T) {
	english, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		awake awakeState
		ahead time.Duration
		want  string
	}{
		{"the system has not answered yet", awakeState{wanted: platform.Awake}, 0, ""},
		{"it stays awake", awakeState{wanted: platform.Awake, is: platform.Awake}, 0, ""},
		{"it does not", awakeState{wanted: platform.Awake, err: errors.New("refused")}, 0, english.Text("agent.may-sleep")},
		{"nor while an order rings", awakeState{wanted: platform.ScreenOn, err: errors.New("refused")}, 0, english.Text("agent.may-sleep")},
		{"it is not asked to", awakeState{err: errors.New("refused")}, 0, ""},
		{"its clock is wrong, too", awakeState{wanted: platform.Awake, err: errors.New("refused")}, time.Hour, english.Text("agent.clock-ahead", "N", 60)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &Agent{Config: Config{Translator: english}, awake: tt.awake, clockAhead: tt.ahead}
			if got := a.soonText(time.Now()); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if got := a.trayIcon(ipc.Connected, time.Now()); (got == ipc.IconAttention) != (tt.want != "") {
				t.Errorf("the icon is %q", got)
			}
		})
	}
}

func TestTheSameReasonToFallAsleepIsLoggedOnce(t *testing.T) {
	english, err := i18n.New("en")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	a := &Agent{Config: Config{Translator: english, Log: slog.New(slog.NewTextHandler(&log, nil))}}
	for _, is := range []platform.Wakefulness{platform.Awake, platform.ScreenOn, platform.Awake} {
		a.awakeChanged(is, errors.New("the desktop refuses"))
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, log.String())
	}
	a.awakeChanged(platform.Awake, errors.New("there is no bus"))
	a.awakeChanged(platform.Awake, nil)
	a.awakeChanged(platform.Awake, errors.New("there is no bus"))
	if n := strings.Count(log.String(), "level=ERROR"); n != 3 {
		t.Errorf("logged %d times:\n%s", n, log.String())
	}
}
