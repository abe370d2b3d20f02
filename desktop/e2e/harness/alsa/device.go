//go:build linux

// Package alsa is an ALSA sound device without hardware: it plays at the pace of real
// hardware, and records every frame with its time.
//
// A program plays on the device if Device.Env is in its environment:
//
//	dev, err := alsa.NewRecorder(dir, os.Args[0], "capture")
//	cmd.Env = append(os.Environ(), dev.Env...)
//	…
//	recordings, err := dev.Wait(ctx)
//
// The program that NewRecorder is given, which may be a test binary, must call Capture:
//
//	if len(os.Args) > 1 && os.Args[1] == "capture" {
//		if err := alsa.Capture(os.Args[2:], os.Stdin); err != nil { … }
//		return
//	}
//
// ALSA starts a capture process each time the device is opened, and pipes the sound into
// it. The capture process has the environment of the player, so its arguments must say all
// that it needs to know. It keeps the player's standard error open until it has recorded
// everything: an exec.Cmd whose Stderr is not a file also waits for the capture process.
package alsa

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Device is a sound device of a test.
type Device struct {
	Dir string   // of its configuration and its recordings
	Env []string // that a program needs in its environment to play on the device
}

// NewRecorder makes a device in dir that plays at the pace of real hardware and records
// what it plays. program must call Capture with the arguments that follow args.
func NewRecorder(dir, program string, args ...string) (*Device, error) {
	return configure(dir, recorder("!default", dir, program, args))
}

// AddRecorder makes another device in dir, beside d and known to ALSA by name: program and args are those of NewRecorder.
// It must be called before a program opens d, whose Env is that of both.
func (d *Device) AddRecorder(name, dir, program string, args ...string) (*Device, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(d.Dir, configName), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(recorder(name, dir, program, args))
	return &Device{Dir: dir, Env: d.Env}, errors.Join(err, f.Close())
}

// recorder returns the configuration of a device that records in dir.
func recorder(name, dir, program string, args []string) string {
	words := append([]string{"|exec", quote(program)}, quoteAll(args)...)
	words = append(words, quote(dir), "%r", "%c", "%f")
	return fmt.Sprintf(recorderConfig, name, escape(strings.Join(words, " ")))
}

// NewAbsent makes a device in dir that cannot be opened.
func NewAbsent(dir string) (*Device, error) { return configure(dir, "# nothing here\n") }

// NewUnpaced makes a device in dir that takes sound as fast as it comes and drops it, as a
// broken driver may do.
func NewUnpaced(dir string) (*Device, error) {
	return configure(dir, "pcm.!default { type null }\n")
}

// The capture process sets the pace: the plug-in "file" writes whenever the pipe has room,
// and "null" below it never waits. The name must contain a %-sign: only then does ALSA open
// the pipe when the rate is known.
const recorderConfig = `pcm.%s {
	type file
	slave.pcm { type null }
	format "raw"
	file "%s"
}
`

// configName is the file of ALSA's configuration in the folder of a device.
const configName = "asound.conf"

func configure(dir, conf string) (*Device, error) {
	path, err := filepath.Abs(filepath.Join(dir, configName))
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, " \t\n:") { // ALSA reads a list of paths, and quotes do not help
		return nil, fmt.Errorf("%q: ALSA takes no blank or colon in a path", path)
	}
	if err := os.WriteFile(path, []byte(conf), 0o644); err != nil {
		return nil, err
	}
	// The path replaces the system's whole configuration, so no other device is found. A
	// sound server that runs on this machine must not be found either: it may be muted.
	server := "PULSE_SERVER=unix:" + filepath.Join(filepath.Dir(path), "no-server")
	return &Device{Dir: dir, Env: []string{"ALSA_CONFIG_PATH=" + path, server}}, nil
}

// quote makes s one word for the shell, and escapes %-signs for ALSA.
func quote(s string) string {
	s = strings.ReplaceAll(s, "'", `'\''`)
	return "'" + strings.ReplaceAll(s, "%", "%%") + "'"
}

func quoteAll(words []string) []string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return quoted
}

// escape escapes s for a string in double quotes of an ALSA configuration.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}
