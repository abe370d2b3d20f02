package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// commands are the lines of README's console blocks that run program.
func commands(t *testing.T, program string) [][]string {
	t.Helper()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var found [][]string
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(raw), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(line, "#")
			if fields := strings.Fields(line); len(fields) > 0 && fields[0] == program {
				found = append(found, fields[1:])
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("README runs no %s", program)
	}
	return found
}

// An unknown command or flag is wrong usage even with --help, which keeps the command from running.
func TestTheServersCommandsInREADMEAreUnderstood(t *testing.T) {
	program := filepath.Join(t.TempDir(), "jumun-server")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "../../server")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, args := range commands(t, "build/jumun-server") {
		if out, err := exec.Command(program, append(args, "--help")...).CombinedOutput(); err != nil {
			t.Errorf("jumun-server %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func TestTheTargetsInREADMEExist(t *testing.T) {
	for _, args := range commands(t, "make") {
		if out, err := exec.Command("make", append([]string{"-n", "-C", "../.."}, args...)...).CombinedOutput(); err != nil {
			t.Errorf("make %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
