//go:build linux

package sound

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gopxl/beep/v2/wav"

	"jumun/desktop/e2e/harness/alsa"
)

const rate = 48000

// recorded returns a recording in which the sounds play one second apart, at half volume.
func recorded(t *testing.T, names ...string) alsa.Recording {
	t.Helper()
	s := alsa.Recording{Rate: rate, Opened: time.Unix(1000, 0), Ended: true}
	for _, name := range names {
		s.Frames = append(s.Frames, make([][2]float32, rate)...)
		source, err := mono(name, rate)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range source {
			s.Frames = append(s.Frames, [2]float32{float32(v / 2), float32(v / 2)})
		}
	}
	return s
}

func TestEachSoundIsHeardAsItselfAndAsNoOther(t *testing.T) {
	names := []string{"order", "lost", "test", "order"}
	plays, err := Plays([]alsa.Recording{recorded(t, names...)})
	if err != nil || len(plays) != len(names) {
		t.Fatalf("heard %+v, %v", plays, err)
	}
	for _, p := range plays {
		if p.Gain < 0.49 || p.Gain > 0.51 || p.Correlation < 0.9999 {
			t.Errorf("heard %+v", p)
		}
	}
	for name, n := range map[string]int{"order": 2, "lost": 1, "test": 1} {
		if got := Count(plays, name); got != n {
			t.Errorf("heard %s %d times, want %d", name, got, n)
		}
	}
}

func TestASoundThatWasCutIsNotHeardWhole(t *testing.T) {
	s := recorded(t, "order")
	s.Frames = s.Frames[:len(s.Frames)*2/3]
	if plays, err := Plays([]alsa.Recording{s}); err != nil || len(plays) != 0 {
		t.Errorf("heard %+v, %v", plays, err)
	}
}

func TestTheFileHasTheSilencesBetween(t *testing.T) {
	first, second := recorded(t, "test"), recorded(t, "test")
	second.Opened = first.Opened.Add(20 * time.Second)
	path := filepath.Join(t.TempDir(), "heard.wav")
	if err := WriteWAV(path, []alsa.Recording{first, second}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sound, format, err := wav.Decode(io.NopCloser(f))
	if err != nil || sound.Len() != 20*rate+len(second.Frames) || format.SampleRate != rate {
		t.Errorf("%d frames at %d, %v", sound.Len(), format.SampleRate, err)
	}
	if err := WriteWAV(path, nil); err == nil {
		t.Error("a file of nothing was written")
	}
}
