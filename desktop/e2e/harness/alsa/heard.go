//go:build linux

package alsa

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// A Segment is what was heard between one opening of the device and its closing.
type Segment struct {
	Player  int       // process that played
	Capture int       // process that captured: stop it and the device hangs, kill it and it is unplugged
	Rate    int       // frames a second
	Opened  time.Time // when the device was opened
	Frames  [][2]float32
	Ended   bool      // the player has closed the device, and Frames is complete
	End     time.Time // when the last frame was over, of an ended one

	marks []mark
}

// A mark says when a frame was heard.
type mark struct {
	frame int
	at    time.Time
}

// At says when a frame was heard, to about a millisecond. Frames before a mark are
// reckoned from it, so a pause of the player shows as a pause. ALSA keeps back what fills
// its buffer (the player's choice of size, 50 ms say) and the pipe holds 11 ms more: a
// player's write is heard that much later, as with hardware. What they hold is lost when
// the player ends, as with hardware.
func (s *Segment) At(frame int) time.Time {
	i := sort.Search(len(s.marks), func(i int) bool { return s.marks[i].frame > frame })
	if i == 0 {
		return s.Opened
	}
	m := s.marks[i-1]
	return m.at.Add(time.Duration(frame-m.frame) * time.Second / time.Duration(s.Rate))
}

// Mono is the mean of both channels, to compare with a source.
func (s *Segment) Mono() []float64 {
	mono := make([]float64, len(s.Frames))
	for i, f := range s.Frames {
		mono[i] = (float64(f[0]) + float64(f[1])) / 2
	}
	return mono
}

// Unbroken is Mono without the frames of digital silence that come in rows of twenty and
// more. A player that keeps outputs awake with a hush never plays such: they are dropouts
// between it and the device, on a machine too busy for sound. dropped counts them.
func (s *Segment) Unbroken() (mono []float64, dropped int) {
	mono = s.Mono()
	kept, zeros := mono[:0], 0
	for _, v := range mono {
		if kept = append(kept, v); v != 0 {
			zeros = 0
			continue
		}
		if zeros++; zeros == 20 {
			kept, dropped = kept[:len(kept)-20], dropped+20
		} else if zeros > 20 {
			kept, dropped = kept[:len(kept)-1], dropped+1
		}
	}
	return kept, dropped
}

// Segments returns what was heard so far, oldest first. Those still playing are there
// with what has come.
func (d *Device) Segments() ([]Segment, error) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(d.Dir), "*.times"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names) // they begin with the time of opening
	var segments []Segment
	for _, name := range names {
		s, err := read(strings.TrimSuffix(name, ".times"))
		if err != nil {
			return nil, err
		}
		if s.Rate != 0 { // else its first line is being written just now
			segments = append(segments, s)
		}
	}
	return segments, nil
}

// Heard waits until every segment has ended and returns them. Call it when the players
// have been waited for: the capture of a killed one ends a few milliseconds after it.
func (d *Device) Heard(ctx context.Context) ([]Segment, error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		segments, err := d.Segments()
		if err != nil || allEnded(segments) {
			return segments, err
		}
		select {
		case <-ctx.Done():
			return segments, fmt.Errorf("still playing: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func allEnded(segments []Segment) bool {
	for _, s := range segments {
		if !s.Ended {
			return false
		}
	}
	return true
}

func read(base string) (Segment, error) {
	var s Segment
	times, err := os.ReadFile(base + ".times")
	if err != nil {
		return s, err
	}
	sound, err := os.ReadFile(base + ".f32")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	s.Frames = frames(sound)
	lines := bufio.NewScanner(strings.NewReader(string(times)))
	for lines.Scan() {
		s.note(lines.Text())
	}
	return s, lines.Err()
}

func (s *Segment) note(line string) {
	var at int64
	var n int
	if _, err := fmt.Sscanf(line, "open %d %d %d %d", &at, &s.Player, &s.Capture, &s.Rate); err == nil {
		s.Opened = time.Unix(0, at)
	} else if _, err := fmt.Sscanf(line, "frame %d %d", &n, &at); err == nil {
		s.marks = append(s.marks, mark{n, time.Unix(0, at)})
	} else if _, err := fmt.Sscanf(line, "end %d %d", &n, &at); err == nil {
		s.Ended, s.End = true, time.Unix(0, at)
	}
}

func frames(raw []byte) [][2]float32 {
	out := make([][2]float32, len(raw)/frameBytes)
	for i := range out {
		for c := range out[i] {
			bits := binary.LittleEndian.Uint32(raw[i*frameBytes+c*4:])
			out[i][c] = math.Float32frombits(bits)
		}
	}
	return out
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}
