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
	chunk      = 256 // frames recorded at once: 5 ms, the resolution of the times

	// maxLate is how late sound may come without an underrun, as with the buffer of
	// hardware. Without it, this process would cause an underrun whenever it is late itself.
	maxLate = 50 * time.Millisecond
)

// Capture is the capture process. It reads in at the pace at which hardware would play it,
// records it, and returns when the player has closed in or has ended. args are those that
// ALSA adds to the arguments that NewRecorder was given.
//
// Capture reads at once what the player wrote before this process was ready, because
// hardware has less room than a new pipe. The clock runs from the opening all the same, so
// the recorded times are not too early.
//
// Capture ignores an interrupt of the whole process group, which would lose the end.
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
	_ = syscall.Dup2(int(os.Stderr.Fd()), int(os.Stdout.Fd())) // do not keep the player's standard output open
	player := os.Getppid()                                     // ALSA starts a shell, which execs this program
	backlog, err := shrinkPipe(in, player)
	if err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	base := filepath.Join(args[0], fmt.Sprintf("%d-%d", opened.UnixNano(), player))
	return record(base, player, rate, opened, backlog, in)
}

// record writes the frames to base.f32, and their times to base.times.
func record(base string, player, rate int, opened time.Time, backlog []byte, in io.Reader) (err error) {
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
	n, err := pace(opened, backlog, in, rate, func(frame int, at time.Time, data []byte) error {
		if _, err := sound.Write(data); err != nil {
			return err
		}
		_, err := fmt.Fprintf(times, "frame %d %d\n", frame, at.UnixNano())
		return err
	})
	fmt.Fprintf(times, "end %d %d\n", n, time.Now().UnixNano())
	return err
}

// pace calls take with the backlog at once, and then with what r holds, no faster than rate
// frames a second since the opening: each chunk at the time at which its first frame would
// be heard. The clock stops while r is empty, as in a device with an underrun, so a late
// player never catches up in a burst.
func pace(opened time.Time, backlog []byte, r io.Reader, rate int, take func(frame int, at time.Time, data []byte) error) (int, error) {
	frame := len(backlog) / frameBytes
	if err := take(0, opened, backlog[:frame*frameBytes]); err != nil {
		return 0, err
	}
	due := opened.Add(time.Duration(frame) * time.Second / time.Duration(rate))
	buffered := io.MultiReader(bytes.NewReader(backlog[frame*frameBytes:]), bufio.NewReaderSize(r, chunk*frameBytes))
	data := make([]byte, chunk*frameBytes)
	for {
		time.Sleep(time.Until(due)) // the clock of the hardware
		n, err := io.ReadFull(buffered, data)
		n -= n % frameBytes
		if now := time.Now(); now.Sub(due) > maxLate {
			due = now
		}
		if n > 0 {
			if err := take(frame, due, data[:n]); err != nil {
				return frame, err
			}
		}
		frame += n / frameBytes
		if err != nil {
			return frame, ignoreEOF(err)
		}
		due = due.Add(time.Duration(n/frameBytes) * time.Second / time.Duration(rate))
	}
}

func ignoreEOF(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil
	}
	return err
}
