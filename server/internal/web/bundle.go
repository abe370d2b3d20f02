package web

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
)

var (
	imported = regexp.MustCompile(`(?m)^import \{[^}]+\} from "\./([a-z]+\.js)";\n`)
	exported = regexp.MustCompile(`(?m)^export (class|function|async|const|let) `)
)

// A bundle is several modules written as one. It knows what is written in folder jumun, and no more: names are imported at the
// beginning of a line, no two modules have a name alike, and what the bundle exports stands in a list, "export { connect };".
type bundle struct {
	files  fs.FS
	whole  bytes.Buffer
	joined map[string]bool
}

// join adds a module behind those that it imports, if it is not there.
func (b *bundle) join(name string) error {
	if b.joined[name] {
		return nil
	}
	b.joined[name] = true
	body, err := fs.ReadFile(b.files, name)
	if err != nil {
		return err
	}
	for _, m := range imported.FindAllSubmatch(body, -1) {
		if err := b.join(string(m[1])); err != nil {
			return fmt.Errorf("%s imports %s: %w", name, m[1], err)
		}
	}
	b.whole.Write(exported.ReplaceAll(imported.ReplaceAll(body, nil), []byte("$1 ")))
	return nil
}
