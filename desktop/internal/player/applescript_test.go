package player

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestWhatAppleScriptSaysOfTheVolumeIsUnderstood(t *testing.T) {
	for _, tt := range []struct {
		name, said string
		level      float64
		muted, ok  bool
	}{
		{"heard", "output volume:44, input volume:71, alert volume:100, output muted:false", 0.44, false, true},
		{"muted", "output volume:100, input volume:50, alert volume:64, output muted:true", 1, true, true},
		{"at no volume", "output volume:0, input volume:50, alert volume:100, output muted:false", 0, false, true},
		{"no microphone", "output volume:31, input volume:missing value, alert volume:100, output muted:false", 0.31, false, true},
		{"a television", "output volume:missing value, input volume:50, alert volume:100, output muted:missing value", 0, false, false},
		{"another order of the fields", "output muted:true, alert volume:100, output volume:7", 0.07, true, true},
		{"nothing", "", 0, false, false},
		{"something else", "execution error: output volume (-1708)", 0, false, false},
		{"a number that is none", "output volume:-1, output muted:false", -0.01, false, false},
	} {
		if level, muted, ok := parseVolume(tt.said); level != tt.level || muted != tt.muted || ok != tt.ok {
			t.Errorf("%s: %v, muted %v, known %v", tt.name, level, muted, ok)
		}
	}
}

// A fakeMac does what AppleScript does to the volume of a Mac, whose sliders have 16 steps.
type fakeMac struct {
	volume int
	muted  bool
	broken bool
	ran    []string
}

func (m *fakeMac) run(script string) (string, error) {
	m.ran = append(m.ran, script)
	if m.broken {
		return "", errors.New("osascript: no answer")
	}
	for line := range strings.SplitSeq(script, "\n") {
		var percent int
		switch {
		case line == "get volume settings":
			return fmt.Sprintf("output volume:%d, input volume:50, alert volume:100, output muted:%v", m.volume, m.muted), nil
		case line == "set volume output muted true", line == "set volume output muted false":
			m.muted = strings.HasSuffix(line, "true")
		default:
			if _, err := fmt.Sscanf(line, "set volume output volume %d", &percent); err != nil {
				return "", err
			}
			m.volume, m.muted = (percent*16+50)/100*100/16, false // a device may unmute itself
		}
	}
	return "", nil
}

func TestTheVolumeOfAMacIsReadRaisedAndPutBack(t *testing.T) {
	for _, tt := range []struct {
		name      string
		mac       fakeMac
		want      mixerState
		meanwhile func(*fakeMac) // what a person does while it rings
		after     fakeMac
	}{
		{"loud enough", fakeMac{volume: 75}, mixerState{known: true}, nil, fakeMac{volume: 75}},
		{"muted", fakeMac{volume: 75, muted: true}, mixerState{true, ipc.Muted}, nil, fakeMac{volume: 75, muted: true}},
		{"low", fakeMac{volume: 6}, mixerState{true, ipc.Quiet}, nil, fakeMac{volume: 6}},
		{"at no volume", fakeMac{volume: 0}, mixerState{true, ipc.NoVolume}, nil, fakeMac{volume: 0}},
		{"a person turns it down", fakeMac{volume: 6}, mixerState{true, ipc.Quiet}, func(m *fakeMac) { m.volume = 25 }, fakeMac{volume: 25}},
		{"headphones are plugged in", fakeMac{volume: 6, muted: true}, mixerState{true, ipc.Muted}, func(m *fakeMac) { m.volume = 100 }, fakeMac{volume: 100}},
		{"no answer", fakeMac{volume: 6, broken: true}, mixerState{}, nil, fakeMac{volume: 6, broken: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mac, r := tt.mac, newRaise(&ipc.Play{Raise: true})
			ask := func() []control { return appleScript(mac.run).controls() }
			if got := stateOf(ask()); got != tt.want {
				t.Errorf("the state is %+v", got)
			}
			if now := stateOf(r.apply(ask())); now != (mixerState{known: !tt.mac.broken}) {
				t.Errorf("while it rings: %+v, %+v", now, mac)
			}
			if tt.meanwhile != nil {
				tt.meanwhile(&mac)
			}
			r.apply(ask())
			r.restore()
			if mac.volume != tt.after.volume || mac.muted != tt.after.muted {
				t.Errorf("put back to %d, muted %v", mac.volume, mac.muted)
			}
		})
	}
}

func TestAMacThatIsLoudEnoughIsLeftAlone(t *testing.T) {
	mac, r := fakeMac{volume: 75}, newRaise(&ipc.Play{Raise: true})
	r.apply(appleScript(mac.run).controls())
	r.restore()
	for _, script := range mac.ran {
		if script != "get volume settings" {
			t.Errorf("it ran %q", script)
		}
	}
}
