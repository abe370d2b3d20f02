//go:build linux

// Package alsa is a sound device without hardware: it takes sound at the pace of a
// real one and keeps all of it, with the times.
//
// A program plays into it when Device.Env is in its environment:
//
//	dev, err := alsatest.Record(dir, os.Args[0], "capture") // the program that calls Capture
//	cmd.Env = append(os.Environ(), dev.Env...)
//	…
//	heard, err := dev.Heard(ctx)
//
// and the named program, which may be a test binary, begins its main or TestMain with
//
//	if len(os.Args) > 1 && os.Args[1] == "capture" {
//		if err := alsatest.Capture(os.Args[2:], os.Stdin); err != nil { … }
//		return
//	}
//
// ALSA starts that program anew for each opening of the device and pipes into it what is
// played. It runs with the environment of the player, so tell it by its arguments alone
// what to be. It also holds the player's standard error open until it is done: an
// exec.Cmd whose Stderr is not a file is waited for until the capture is complete.
package alsa

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Device is a sound device of a test.
type Device struct {
	Dir string   // where its configuration and what it heard are kept
	Env []string // what a program needs in its environment to play into it
}

// Record makes a device in dir that plays at the pace of real hardware and keeps what it
// hears. program must call Capture with the arguments that follow args.
func Record(dir, program string, args ...string) (*Device, error) {
	words := append([]string{"|exec", quote(program)}, quoteAll(args)...)
	words = append(words, quote(dir), "%r", "%c", "%f")
	conf := fmt.Sprintf(recording, escape(strings.Join(words, " ")))
	return configure(dir, conf)
}

// Absent makes a device in dir that cannot be opened.
func Absent(dir string) (*Device, error) { return configure(dir, "# nothing here\n") }

// Rushing makes a device in dir that takes sound as fast as it comes, for nobody to hear:
// what a broken driver may do.
func Rushing(dir string) (*Device, error) {
	return configure(dir, "pcm.!default { type null }\n")
}

// The pace is that of the program at the other end of the pipe: "file" hands on what it
// is given as soon as the pipe has room, and "null" under it never waits. The name must
// hold a %-sign: only then is the pipe opened when the rate is known.
const recording = `pcm.!default {
	type file
	slave.pcm { type null }
	format "raw"
	file "%s"
}
`

func configure(dir, conf string) (*Device, error) {
	path, err := filepath.Abs(filepath.Join(dir, "asound.conf"))
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, " \t\n:") { // ALSA reads a list of paths, and quotes do not help
		return nil, fmt.Errorf("%q: ALSA takes no blank or colon in a path", path)
	}
	if err := os.WriteFile(path, []byte(conf), 0o644); err != nil {
		return nil, err
	}
	// The path replaces the system's whole configuration: no other device can be found. Nor
	// may a sound server that runs here say that its own is muted.
	server := "PULSE_SERVER=unix:" + filepath.Join(filepath.Dir(path), "no-server")
	return &Device{Dir: dir, Env: []string{"ALSA_CONFIG_PATH=" + path, server}}, nil
}

// quote makes s one word for the shell, and keeps ALSA from reading its %-signs.
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

// escape makes s fit between the double quotes of an ALSA configuration.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}
