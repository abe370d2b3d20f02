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
	"slices"
	"sort"
	"strings"
	"time"
)

// A Recording is what was played between an opening of the device and its closing.
type Recording struct {
	Player  int       // PID of the process that played
	Capture int       // PID of the capture process: the device hangs if it is stopped, and is unplugged if it is killed
	Rate    int       // frames a second
	Opened  time.Time // when the device was opened
	Frames  [][2]float32
	Ended   bool      // the player has closed the device, and Frames is complete
	End     time.Time // when the last frame ended, if Ended

	marks []mark
}

// A mark is the time at which a frame was heard.
type mark struct {
	frame int
	at    time.Time
}

// At returns when a frame was heard, to about a millisecond. It counts from the last mark,
// so a pause of the player is a pause. A write of the player is heard later by ALSA's
// buffer (the player chooses its size, such as 50 ms) and the pipe (11 ms). What these hold
// is lost when the player ends. Both are as with hardware.
func (r *Recording) At(frame int) time.Time {
	i := sort.Search(len(r.marks), func(i int) bool { return r.marks[i].frame > frame })
	if i == 0 {
		return r.Opened.Add(time.Duration(frame) * time.Second / time.Duration(r.Rate))
	}
	m := r.marks[i-1]
	return m.at.Add(time.Duration(frame-m.frame) * time.Second / time.Duration(r.Rate))
}

// Mono returns the mean of both channels.
func (r *Recording) Mono() []float64 {
	mono := make([]float64, len(r.Frames))
	for i, f := range r.Frames {
		mono[i] = (float64(f[0]) + float64(f[1])) / 2
	}
	return mono
}

// WithoutDropouts returns Mono without the frames of digital silence that come in rows of
// twenty or more, and how many these were. A player that keeps outputs awake with noise
// never plays digital silence: these frames are dropouts before the device, on a machine
// that is too busy for sound.
func (r *Recording) WithoutDropouts() (mono []float64, dropped int) {
	mono = r.Mono()
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

// Recordings returns all recordings, oldest first. One that has not ended holds what was
// played so far.
func (d *Device) Recordings() ([]Recording, error) {
	names, err := filepath.Glob(filepath.Join(escapeGlob(d.Dir), "*.times"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names) // a name begins with the time of opening
	var recordings []Recording
	for _, name := range names {
		r, err := read(strings.TrimSuffix(name, ".times"))
		if err != nil {
			return nil, err
		}
		if r.Rate != 0 { // else its first line is not written yet
			recordings = append(recordings, r)
		}
	}
	return recordings, nil
}

// Wait waits until all recordings have ended and returns them. The caller must wait for the
// players first: the recording of a killed player ends a few milliseconds after it.
func (d *Device) Wait(ctx context.Context) ([]Recording, error) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		recordings, err := d.Recordings()
		if err != nil || allEnded(recordings) {
			return recordings, err
		}
		select {
		case <-ctx.Done():
			return recordings, fmt.Errorf("still playing: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

func allEnded(recordings []Recording) bool {
	return !slices.ContainsFunc(recordings, func(r Recording) bool { return !r.Ended })
}

func read(base string) (Recording, error) {
	var r Recording
	times, err := os.ReadFile(base + ".times")
	if err != nil {
		return r, err
	}
	sound, err := os.ReadFile(base + ".f32")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	r.Frames = frames(sound)
	lines := bufio.NewScanner(strings.NewReader(string(times)))
	for lines.Scan() {
		r.parseLine(lines.Text())
	}
	return r, lines.Err()
}

func (r *Recording) parseLine(line string) {
	var at int64
	var n int
	if _, err := fmt.Sscanf(line, "open %d %d %d %d", &at, &r.Player, &r.Capture, &r.Rate); err == nil {
		r.Opened = time.Unix(0, at)
	} else if _, err := fmt.Sscanf(line, "frame %d %d", &n, &at); err == nil {
		r.marks = append(r.marks, mark{n, time.Unix(0, at)})
	} else if _, err := fmt.Sscanf(line, "end %d %d", &n, &at); err == nil {
		r.Ended, r.End = true, time.Unix(0, at)
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
