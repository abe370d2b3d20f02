package command

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jumun/shared/documents"
)

var inHelp = regexp.MustCompile(`(?m)^  ([a-z][a-z-]*(?: [a-z]+)?)  `)

// flags returns the flags of each command.
func flags(t *testing.T) documents.Flags {
	t.Helper()
	_, help, _ := run(t, nothing, "--help")
	var commands []string
	for _, command := range inHelp.FindAllStringSubmatch(help, -1) {
		commands = append(commands, command[1])
	}
	return documents.FlagsOf(commands, func(command string) string {
		_, help, _ := run(t, nothing, append(strings.Fields(command), "--help")...)
		return help
	})
}

func TestTheCommandsAndFlagsThatDocumentsNameExist(t *testing.T) {
	own := func(path string) bool { return !strings.HasPrefix(path, "desktop/") }
	if checked := flags(t).Check(t, "jumun-server", own); checked < 100 {
		t.Errorf("only %d flags were found", checked)
	}
}

func TestVariablesThatDocumentsNameAreRead(t *testing.T) {
	read := map[string]bool{}
	for flag := range flags(t).Any() {
		read[variable(flag)] = true
	}
	for _, source := range documents.Files(t, isSource) {
		for _, quoted := range regexp.MustCompile(`"\$?(JUMUN_[A-Z_]*[A-Z])["=]`).FindAllStringSubmatch(source, -1) {
			read[quoted[1]] = true
		}
	}
	for path, text := range documents.All(t) {
		for _, set := range regexp.MustCompile(`\bJUMUN_[A-Z_]*[A-Z]`).FindAllString(text, -1) {
			if !read[set] && !strings.Contains(text, "${"+set) {
				t.Errorf("%s names %s, which nothing reads", path, set)
			}
		}
	}
}

func isSource(path string) bool {
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	all := documents.All(t)
	for path, text := range all {
		for _, l := range link.FindAllStringSubmatch(documents.Prose(text), -1) {
			file, anchor, _ := strings.Cut(l[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			target := path
			if file != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(path), file))
			}
			if _, err := os.Stat(filepath.Join(documents.Top(t), target)); err != nil {
				t.Errorf("%s leads to %s: %v", path, l[1], err)
			}
			if anchor != "" && !slices.Contains(anchors(all[target]), anchor) {
				t.Errorf("%s leads to %s: %s has no such heading", path, l[1], target)
			}
		}
	}
}

// anchors returns what leads to the headings of a document, as GitHub makes it.
func anchors(text string) (found []string) {
	for _, h := range heading.FindAllStringSubmatch(documents.Prose(text), -1) {
		found = append(found, strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-"))
	}
	return found
}

var (
	field   = regexp.MustCompile(`^[a-z]+[A-Z][A-Za-z]*$`)
	message = regexp.MustCompile(`^[a-z]+( [a-z]+)+$`)
	file    = regexp.MustCompile(`^(server|desktop|shared|assets|deploy|packaging)/[\w./-]+$`)
	// ofOthers are commands and settings of other programs.
	ofOthers = regexp.MustCompile(`^(mysql shop|helm upgrade|chronyc tracking|append\w+ \w+|keyPrefix)$`)
)

// What a document names has to stand in the source: a field of JSON, a message of the log, a target, a file.
func TestFieldsMessagesTargetsAndFilesThatDocumentsNameExist(t *testing.T) {
	var source strings.Builder
	for _, text := range documents.Files(t, func(path string) bool { return !strings.HasSuffix(path, ".md") }) {
		source.WriteString(text)
	}
	for path, text := range documents.All(t) {
		for _, s := range documents.Spans(text) {
			target, isTarget := strings.CutPrefix(s, "make ")
			is := true
			switch {
			case ofOthers.MatchString(s):
			case isTarget:
				target, _, _ = strings.Cut(target, " ")
				is = strings.Contains(source.String(), "\n"+target+":")
			case field.MatchString(s), message.MatchString(s):
				is = strings.Contains(source.String(), s)
			case file.MatchString(s):
				is = exists(t, s)
			}
			if !is {
				t.Errorf("%s names %q, which does not exist", path, s)
			}
		}
	}
}

// exists reports whether a file is in the tree; documents leave out the folder of their side.
func exists(t *testing.T, file string) bool {
	t.Helper()
	return slices.ContainsFunc([]string{".", "server", "desktop"}, func(dir string) bool {
		_, err := os.Stat(filepath.Join(documents.Top(t), dir, file))
		return err == nil
	})
}
