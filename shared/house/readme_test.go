package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents are those whose commands people copy.
var documents = []string{"../../README.md", "../../server/SECURITY.md"}

// commands are the lines of the documents' console blocks that run program.
func commands(t *testing.T, program string) [][]string {
	t.Helper()
	var text []byte
	for _, path := range documents {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, raw...)
	}
	var found [][]string
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			line, _, _ = strings.Cut(strings.TrimPrefix(line, "TOKEN=$("), "#")
			line = strings.TrimSuffix(strings.TrimSpace(line), ")")
			if fields := strings.Fields(line); len(fields) > 0 && fields[0] == program {
				found = append(found, fields[1:])
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("nobody is told to run %s", program)
	}
	return found
}

// An unknown command or flag is wrong usage even with --help, which keeps the command from running.
func TestTheServersCommandsInDocumentsAreUnderstood(t *testing.T) {
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
