// Package house holds the rules by which this tree is built: who may import whom.
package house

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Module is how imports of this tree begin.
const Module = "jumun/"

// A File is what the rules look at in one Go file.
type File struct {
	Path    string   // from the root, with slashes: "server/hub/hub.go"
	Imports []string // as written
	Doc     string   // the package comment, if the file has one
	Lines   int
	Sleeps  []int // lines that call time.Sleep
}

// Dir is the file's package, from the root.
func (f File) Dir() string { return path.Dir(f.Path) }

// Test says whether only tests are built from the file.
func (f File) Test() bool { return strings.HasSuffix(f.Path, "_test.go") }

// Tree reads every Go file of a tree, for whichever system it is, the way go build
// finds them: testdata and names that begin with a dot or underscore are passed over.
func Tree(root fs.FS) ([]File, error) {
	var files []File
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (base == "testdata" || base == "build" || strings.ContainsAny(base[:1], "._")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		f, err := read(root, name)
		files = append(files, f)
		return err
	})
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return files, err
}

func read(root fs.FS, name string) (File, error) {
	source, err := fs.ReadFile(root, name)
	if err != nil {
		return File{}, err
	}
	positions := token.NewFileSet()
	parsed, err := parser.ParseFile(positions, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return File{}, fmt.Errorf("read %s: %w", name, err)
	}
	f := File{Path: name, Doc: parsed.Doc.Text(), Lines: strings.Count(string(source), "\n")}
	for _, spec := range parsed.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		f.Imports = append(f.Imports, imported)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Sleep" {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
				f.Sleeps = append(f.Sleeps, positions.Position(n.Pos()).Line)
			}
		}
		return true
	})
	return f, nil
}
