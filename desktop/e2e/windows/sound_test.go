//go:build linux

package windows

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/ipc"
)

func TestWindowsMixerIsReadRaisedAndPutBack(t *testing.T) {
	s := open(t, "mixer")
	s.must(s.PlugSecond())
	out, err := s.Test("desktop/internal/player", "Session|Volume")
	s.must(err)
	if passed := strings.Count(out, "--- PASS"); passed < 3 || strings.Contains(out, "--- SKIP") {
		t.Errorf("%d tests passed: %s", passed, out)
	}
}

func TestAPCWithoutASoundDeviceTellsAndRingsOnceThereIsOne(t *testing.T) {
	s := open(t, "deaf")
	s.must(s.Unplug())
	plugged := false
	defer func() {
		if !plugged {
			s.must(s.Plug())
		}
	}()
	s.connect("42")
	s.untilStatus("the missing device to be known", func(s ipc.Status) bool { return s.Player.State == ipc.ChildFailed })
	s.trayIcon(icons.Attention, 0)
	s.sell("42", "2701")
	s.until("the banner", func() error {
		_, err := s.find(s.popup("2701").Bounds, "소리가 나지 않습니다", bannerSize)
		return err
	})
	s.screenshot("silent")
	s.must(s.Plug())
	plugged = true
	at := time.Now()
	s.rings("2701")
	s.trayIcon(icons.Waiting, 1)
	t.Logf("it was heard to its end %v after the device came", time.Since(at).Round(time.Millisecond))
	s.confirm(s.popup("2701"))
	s.silent()
}

func TestAnAlarmGoesOnOnTheDeviceThatBecomesTheDefault(t *testing.T) {
	s := open(t, "headset")
	s.must(s.PlugSecond())
	s.connect("42")
	s.sell("42", "2702")
	s.rings("2702")
	s.must(s.PlayOnSecond())
	defer func() { s.must(s.PlayOnFirst()) }()
	at := time.Now()
	var plays []sound.Play
	s.until("the alarm on the second device", func() error {
		second, err := s.Second.Recordings()
		if err == nil {
			plays, err = sound.PlaysOf(second, "order")
		}
		if err == nil && len(plays) == 0 {
			err = fmt.Errorf("nothing was heard in %d recordings", len(second))
		}
		return err
	})
	t.Logf("heard %v after the change, correlation %.6f", plays[0].Begin.Sub(at).Round(time.Millisecond), plays[0].Correlation)
	s.confirm(s.popup("2702"))
	s.silent()
}
