package house

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// longest is how many lines a file may have before it is two ideas in one room.
const longest = 400

// atTop is what may stand at the top of the tree, beside names that begin with a dot.
var atTop = []string{
	"server", "desktop", "shared", "assets",
	"go.mod", "go.sum", "Makefile", "FyneApp.toml", "README.md", "LICENSE",
	"build", // what make leaves; git does not know it
}

// Check returns a sentence for each place where a tree breaks a rule of the house; each
// says what to do instead.
func Check(root fs.FS) ([]string, error) {
	files, err := Tree(root)
	if err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		return nil, err
	}
	wrong := append(front(entries), documented(files)...)
	for _, f := range files {
		wrong = append(append(append(wrong, imports(f)...), sized(f)...), awake(f)...)
	}
	return wrong, nil
}

func front(entries []fs.DirEntry) []string {
	var wrong []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(atTop, e.Name()) {
			wrong = append(wrong, fmt.Sprintf("%s stands at the top of the tree: put it into the room it belongs to", e.Name()))
		}
	}
	return wrong
}

func sized(f File) []string {
	if f.Lines <= longest {
		return nil
	}
	return []string{fmt.Sprintf("%s has %d lines, more than %d: find the second idea in it, and give it a file", f.Path, f.Lines, longest)}
}

// awake finds sleeps in tests: too short on a slow machine, too long on all others. In
// the bubbles of testing/synctest they take no time, and are how it passes.
func awake(f File) []string {
	var wrong []string
	if slices.Contains(f.Imports, "testing/synctest") {
		return nil
	}
	for _, line := range f.Sleeps {
		if f.Test() {
			wrong = append(wrong, fmt.Sprintf("%s:%d sleeps: wait for the thing itself, or use testing/synctest", f.Path, line))
		}
	}
	return wrong
}

// documented holds that every package says in one comment what it is.
func documented(files []File) []string {
	var wrong []string
	docs := map[string][]string{}
	for _, f := range files {
		if f.Test() {
			continue
		}
		if docs[f.Dir()] == nil {
			docs[f.Dir()] = []string{}
		}
		if f.Doc != "" {
			docs[f.Dir()] = append(docs[f.Dir()], f.Path)
			wrong = append(wrong, worded(f)...)
		}
	}
	for dir, in := range docs {
		switch len(in) {
		case 0:
			wrong = append(wrong, fmt.Sprintf("%s has no package comment: say in one sentence what it is", dir))
		case 1:
		default:
			wrong = append(wrong, fmt.Sprintf("%s has %d package comments, in %s: keep the best one", dir, len(in), strings.Join(in, ", ")))
		}
	}
	slices.Sort(wrong)
	return wrong
}

func worded(f File) []string {
	if strings.HasPrefix(f.Doc, "Package ") || strings.HasPrefix(f.Doc, "Command ") {
		return nil
	}
	return []string{fmt.Sprintf("%s: its package comment does not begin with \"Package name\" or \"Command name\"", f.Path)}
}
