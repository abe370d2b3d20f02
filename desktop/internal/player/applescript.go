package player

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// An appleScript runs a script of AppleScript, and returns what it says.
type appleScript func(script string) (string, error)

// controls returns the volume of the device that plays sounds; none if macOS does not tell, or the device has none.
func (run appleScript) controls() []control {
	level, muted, ok := run.volume()
	if !ok {
		return nil
	}
	var raised float64
	c := control{id: controlID{kind: "output"}, level: level, muted: muted}
	c.set = func(level float64, muted bool) error {
		raised = level
		return run.setVolume(level, muted)
	}
	c.restore = func() error {
		if now, muted, ok := run.volume(); !ok || muted || math.Abs(now-raised) > turnedDown {
			return nil // by now it is another device, which AppleScript does not name, or a person has set it
		}
		return run.setVolume(level, muted)
	}
	return []control{c}
}

func (run appleScript) volume() (level float64, muted, ok bool) {
	said, err := run("get volume settings")
	if err != nil {
		return 0, false, false
	}
	return parseVolume(said)
}

// parseVolume returns what AppleScript says of the output, such as
// "output volume:44, input volume:71, alert volume:100, output muted:false". A device whose volume macOS does not
// change, such as a television, has "missing value".
func parseVolume(said string) (level float64, muted, ok bool) {
	for field := range strings.SplitSeq(said, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), ":")
		switch name {
		case "output volume":
			percent, err := strconv.Atoi(value)
			level, ok = float64(percent)/100, err == nil && percent >= 0
		case "output muted":
			muted = value == "true"
		}
	}
	return level, muted, ok
}

// setVolume mutes last: macOS may unmute a device whose volume changes.
func (run appleScript) setVolume(level float64, muted bool) error {
	_, err := run(fmt.Sprintf("set volume output volume %.0f\nset volume output muted %v", min(level, 1)*100, muted))
	return err
}
