// Package documents reads the documents of the tree, for the tests that hold them to the programs.
package documents

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Top returns the top of the tree.
func Top(t testing.TB) string {
	t.Helper()
	for dir := "."; ; dir = filepath.Join("..", dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if len(dir) > 100 {
			t.Fatal("there is no go.mod above")
		}
	}
}

// All returns the documents that people read, by their paths from the top.
func All(t testing.TB) map[string]string {
	t.Helper()
	return Files(t, func(path string) bool {
		switch filepath.Base(path) {
		case "compose.yaml", "install.sh", "jumun-server.8", "jumun-server.env", "jumun.1":
			return true
		}
		return strings.HasSuffix(path, ".md")
	})
}

// Files returns the text of the files that are wanted, by their paths from the top.
func Files(t testing.TB, wanted func(path string) bool) map[string]string {
	t.Helper()
	top, found := os.DirFS(Top(t)), map[string]string{}
	err := fs.WalkDir(top, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || path == "build") {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() || !wanted(path) {
			return err
		}
		raw, err := fs.ReadFile(top, path)
		found[path] = string(raw)
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%d files: %v", len(found), err)
	}
	return found
}

var (
	fenced   = regexp.MustCompile("(?ms)^ *```(\\w*)\n(.*?)^ *```$")
	indented = regexp.MustCompile(`(?m)^    \S.*$`)
	span     = regexp.MustCompile("`([^`]+)`")
)

// Lines returns the lines of the blocks of a language in a document; "" is for all languages. A line
// that goes on in the next one is one.
func Lines(text, language string) (lines []string) {
	for _, block := range fenced.FindAllStringSubmatch(text, -1) {
		if language == "" || block[1] == language {
			lines = append(lines, strings.Split(strings.ReplaceAll(block[2], "\\\n", " "), "\n")...)
		}
	}
	return lines
}

// Spans returns what stands between backquotes in the sentences of a document.
func Spans(text string) (spans []string) {
	for _, s := range span.FindAllStringSubmatch(Prose(text), -1) {
		spans = append(spans, strings.Join(strings.Fields(s[1]), " "))
	}
	return spans
}

// Prose returns a document without its blocks.
func Prose(text string) string { return fenced.ReplaceAllString(text, "") }

// Code returns all that stands as code in a document.
func Code(text string) []string {
	return append(append(Lines(text, ""), indented.FindAllString(Prose(text), -1)...), Spans(text)...)
}
