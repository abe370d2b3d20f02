//go:build linux

package alsa

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	frameBytes = 8   // two channels of 32-bit floats
	chunk      = 256 // frames taken at once: 5 ms, the resolution of the times

	// spare is how late sound may come and still be in time. It is the buffer of the
	// hardware: without it, each time this program is late itself would be an underrun.
	spare = 50 * time.Millisecond
)

// Capture is the program at the other end of the pipe. It takes in at the pace at which
// hardware would play it, keeps it, and returns when the player has closed in, however
// the player ended. args are those that Record's program was given after its own.
//
// What the player wrote before this program came up is taken at once, for hardware has
// less room than a fresh pipe; its clock runs from the opening all the same, so nothing is
// heard early for it.
//
// An interrupt of the whole process group does not end it: it would lose the end.
func Capture(args []string, in *os.File) error {
	opened := time.Now()
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	if len(args) != 4 || args[2] != "2" || args[3] != "FLOAT_LE" {
		return fmt.Errorf("capture: cannot take %q: want DIR RATE 2 FLOAT_LE", args)
	}
	rate, err := strconv.Atoi(args[1])
	if err != nil || rate <= 0 {
		return fmt.Errorf("capture: rate %q", args[1])
	}
	_ = syscall.Dup2(int(os.Stderr.Fd()), int(os.Stdout.Fd())) // the player's output is not ours to hold open
	player := os.Getppid()                                     // the shell that ALSA starts becomes this program
	flood, err := narrow(in, player)
	if err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	base := filepath.Join(args[0], fmt.Sprintf("%d-%d", opened.UnixNano(), player))
	return keep(base, player, rate, opened, flood, in)
}

// keep writes the frames to base.f32, and to base.times what happened when.
func keep(base string, player, rate int, opened time.Time, flood []byte, in io.Reader) (err error) {
	sound, err := os.Create(base + ".f32")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sound.Close()) }()
	times, err := os.Create(base + ".times")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, times.Close()) }()
	fmt.Fprintf(times, "open %d %d %d %d\n", opened.UnixNano(), player, os.Getpid(), rate)
	n, err := pace(opened, flood, in, rate, func(frame int, at time.Time, data []byte) error {
		if _, err := sound.Write(data); err != nil {
			return err
		}
		_, err := fmt.Fprintf(times, "frame %d %d\n", frame, at.UnixNano())
		return err
	})
	fmt.Fprintf(times, "end %d %d\n", n, time.Now().UnixNano())
	return err
}

// pace hands on the flood at once and then what r holds, no faster than rate frames a
// second since the opening, each chunk at the time its first frame would sound. When r
// stays dry the clock waits, as a device that underruns does: a late player never catches
// up in a burst.
func pace(opened time.Time, flood []byte, r io.Reader, rate int, take func(frame int, at time.Time, data []byte) error) (int, error) {
	frame := len(flood) / frameBytes
	if err := take(0, opened, flood[:frame*frameBytes]); err != nil {
		return 0, err
	}
	due := opened.Add(time.Duration(frame) * time.Second / time.Duration(rate))
	buffered := io.MultiReader(bytes.NewReader(flood[frame*frameBytes:]), bufio.NewReaderSize(r, chunk*frameBytes))
	data := make([]byte, chunk*frameBytes)
	for {
		time.Sleep(time.Until(due)) // this is the hardware's clock
		n, err := io.ReadFull(buffered, data)
		n -= n % frameBytes
		if now := time.Now(); now.Sub(due) > spare {
			due = now
		}
		if n > 0 {
			if err := take(frame, due, data[:n]); err != nil {
				return frame, err
			}
		}
		frame += n / frameBytes
		if err != nil {
			return frame, ended(err)
		}
		due = due.Add(time.Duration(n/frameBytes) * time.Second / time.Duration(rate))
	}
}

func ended(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}
