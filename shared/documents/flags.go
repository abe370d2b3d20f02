package documents

import (
	"maps"
	"regexp"
	"strings"
	"testing"
)

// Flags are the flags of each command of a program.
type Flags map[string]map[string]bool

var flagName = regexp.MustCompile(`(?:^|[\s\[(])--([a-z][a-z-]+)`)

// FlagsOf returns the flags that help names of each command.
func FlagsOf(commands []string, help func(command string) string) Flags {
	flags := Flags{}
	for _, command := range commands {
		flags[command] = map[string]bool{}
		for _, flag := range flagName.FindAllStringSubmatch(help(command), -1) {
			flags[command][flag[1]] = true
		}
	}
	return flags
}

// Check fails t for each command of the program and each flag of it that a document names and that
// does not exist. A flag that stands alone is the program's in its own documents. Check returns how many
// flags there were.
func (f Flags) Check(t testing.TB, program string, own func(path string) bool) (checked int) {
	t.Helper()
	called := regexp.MustCompile(`^ *(?:[A-Z_]+=\S* |sudo )*(?:TOKEN=\$\()?(?:\S*/)?` + program + ` ([a-z-].*)`)
	for path, text := range All(t) {
		for _, piece := range Code(text) {
			if named := called.FindStringSubmatch(piece); named != nil {
				line, _, _ := strings.Cut(named[1], "#")
				checked += f.check(t, path, line, true)
			} else if flag := flagName.FindStringSubmatch(piece); strings.HasPrefix(piece, "--") && own(path) {
				if checked++; flag == nil || !f.Any()[flag[1]] {
					t.Errorf("%s: no command of %s has a flag %s", path, program, piece)
				}
			} else {
				checked += f.check(t, path, piece, false)
			}
		}
	}
	return checked
}

// check checks one line. Without the program in front it may be another one's.
func (f Flags) check(t testing.TB, path, line string, ours bool) (checked int) {
	t.Helper()
	command, known := f.command(line)
	if ours && !known && !strings.HasPrefix(line, "-") {
		t.Errorf("%s: %q: there is no such command", path, line)
	}
	if f[command] == nil {
		return 0
	}
	for _, flag := range flagName.FindAllStringSubmatch(line, -1) {
		if checked++; !f[command][flag[1]] {
			t.Errorf("%s: %q: %s has no flag --%s", path, line, command, flag[1])
		}
	}
	return checked
}

// command returns the command with which line begins. known is true for the first word of one, too.
func (f Flags) command(line string) (command string, known bool) {
	words := append(strings.Fields(line), "", "")
	for _, name := range []string{words[0] + " " + words[1], words[0]} {
		if f[name] != nil {
			return name, true
		}
	}
	for name := range f {
		known = known || words[0] != "" && strings.HasPrefix(name, words[0]+" ")
	}
	return "", known
}

// Any returns the flags of all commands.
func (f Flags) Any() map[string]bool {
	all := map[string]bool{}
	for _, of := range f {
		maps.Copy(all, of)
	}
	return all
}
