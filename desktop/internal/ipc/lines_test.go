package ipc

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestWhatIsSentIsReadAndNoiseIsPassedOver(t *testing.T) {
	var buf bytes.Buffer
	w := NewWriter(&buf)
	if err := w.Send(ToPlayer{Play: &Play{Sound: SoundOrder, Volume: 0.5}}); err != nil {
		t.Fatal(err)
	}
	buf.WriteString("ALSA lib: a library's own words\n")
	if err := w.Send(ToPlayer{Play: &Play{Sound: SoundTest}}); err != nil {
		t.Fatal(err)
	}
	var got []ToPlayer
	var noise []error
	err := ReadLines(&buf, func(l ToPlayer) { got = append(got, l) }, func(err error) { noise = append(noise, err) })
	if err != nil || len(got) != 2 || got[0].Play.Volume != 0.5 || got[1].Play.Sound != SoundTest {
		t.Errorf("read %+v, %v", got, err)
	}
	if len(noise) != 1 || !errors.Is(noise[0], ErrMalformed) {
		t.Errorf("noise %v", noise)
	}
}

func TestALineWithoutEndStopsReading(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`{"a":"`), bytes.NewReader(bytes.Repeat([]byte("a"), 2*MaxLine)))
	if err := ReadLines(endless, func(ToPlayer) {}, func(error) {}); err == nil {
		t.Error("no error")
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte(`{"popup":{"cards":[{"mart":"42","order":"1001"}]}}` + "\n{}\n\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		_ = ReadLines(bytes.NewReader(in), func(ToUI) {}, func(err error) {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
		})
	})
}
