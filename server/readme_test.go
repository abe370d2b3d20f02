package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"jumun/shared/documents"
)

// before is what may stand in front of a program in a line that people copy.
var before = regexp.MustCompile(`^(?:sudo |[A-Z_]+=[^\s$]+ )*(?:TOKEN=\$\()?(?:build/)?`)

// commands are what follows program in the documents' console blocks, a line each.
func commands(t *testing.T, program string) (found []string) {
	t.Helper()
	for _, text := range documents.All(t) {
		for _, line := range documents.Lines(text, "console") {
			line, _, _ = strings.Cut(line, "#")
			if strings.HasPrefix(line, "TOKEN=$(") {
				line = strings.TrimSuffix(strings.TrimSpace(line), ")")
			}
			if args, is := strings.CutPrefix(line[len(before.FindString(line)):], program+" "); is {
				found = append(found, strings.TrimSuffix(strings.TrimSpace(args), "…"))
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
	dir := t.TempDir()
	program := filepath.Join(dir, "jumun-server")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, file := range []string{"build/windows/jumun.exe", "build/jumun"} { // a file that is named has to exist
		shell(t, "install -D /dev/null "+filepath.Join(dir, file))
	}
	for _, args := range commands(t, "jumun-server") {
		shell(t, "cd "+dir+" && "+program+" "+args+" --help")
	}
}

func TestTheTargetsInDocumentsExist(t *testing.T) {
	for _, args := range commands(t, "make") {
		shell(t, "make -n -C .. "+args)
	}
}

// Each claim of SECURITY.md has a test behind it: a test that was renamed or removed must not stay there.
func TestTheTestsThatSECURITYNamesExist(t *testing.T) {
	raw, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(raw), -1)
	if len(named) < 40 {
		t.Fatalf("only %d tests are named", len(named))
	}
	exist := map[string]bool{}
	for _, dir := range []string{".", "../desktop", "../shared"} {
		err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, found := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(string(source), -1) {
				exist[found[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range named {
		if !exist[name[1]] {
			t.Errorf("SECURITY.md names %s, which does not exist", name[1])
		}
	}
}
