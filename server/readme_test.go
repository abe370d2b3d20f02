package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents are those whose commands people copy.
var documents = []string{"../README.md", "SECURITY.md", "SCALING.md", "PUBLISHERS.md"}

// commands are what follows program in the documents' console blocks, a line each.
func commands(t *testing.T, program string) (found []string) {
	t.Helper()
	for _, path := range documents {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(raw), -1) {
			for line := range strings.Lines(block[1]) {
				line, _, _ = strings.Cut(line, "#")
				if inner, is := strings.CutPrefix(line, "TOKEN=$("); is {
					line = strings.TrimSuffix(strings.TrimSpace(inner), ")")
				}
				if args, is := strings.CutPrefix(line, program+" "); is {
					found = append(found, strings.TrimSpace(args))
				}
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("nobody is told to run %s", program)
	}
	return found
}

// shell runs a line as whoever copies it does.
func shell(t *testing.T, line string) {
	t.Helper()
	if out, err := exec.Command("bash", "-c", line).CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", line, err, out)
	}
}

// An unknown command or flag is wrong usage even with --help, which keeps the command from running.
func TestTheServersCommandsInDocumentsAreUnderstood(t *testing.T) {
	program := filepath.Join(t.TempDir(), "jumun-server")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range commands(t, "build/jumun-server") {
		shell(t, program+" "+args+" --help")
	}
}

func TestTheTargetsInDocumentsExist(t *testing.T) {
	for _, args := range commands(t, "make") {
		shell(t, "make -n -C .. "+args)
	}
}
