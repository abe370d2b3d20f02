package house

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestThisTreeKeepsTheRules(t *testing.T) {
	wrong, err := Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range wrong {
		t.Error(sentence)
	}
}

// file is a Go file with these imports.
func file(imports ...string) *fstest.MapFile {
	source := "// Package p is one.\npackage p\n"
	for _, name := range imports {
		source += fmt.Sprintf("import _ %q\n", name)
	}
	return &fstest.MapFile{Data: []byte(source)}
}

func TestAnImportAgainstTheRulesIsTold(t *testing.T) {
	tests := []struct {
		name, file, imports string
		want                string // what is said; empty: it is right
	}{
		{"the server knows the desktop", "server/hub/a.go", "jumun/desktop/pipe", "meet on the wire"},
		{"the desktop knows the server", "desktop/main.go", "jumun/server/hub", "meet on the wire"},
		{"a test knows the other side", "desktop/feed/a_test.go", "jumun/server/stream", "meet on the wire"},
		{"the whole thing is tried without importing the server", "desktop/e2e/a_test.go", "jumun/server/stream", "meet on the wire"},
		{"a sibling on the server", "server/stream/a.go", "jumun/server/hub", "siblings"},
		{"the parent, from below", "server/orderlog/deep/a.go", "jumun/server/orderlog", "siblings"},
		{"a part, from above", "server/orderlog/a.go", "jumun/server/orderlog/deep", ""},
		{"the server's main wires", "server/main.go", "jumun/server/hub", ""},
		{"the desktop's main wires", "desktop/main.go", "jumun/desktop/window", ""},
		{"a sibling on the desktop", "desktop/feed/a.go", "jumun/desktop/inbox", "siblings"},
		{"what the desktop shares", "desktop/feed/a.go", "jumun/desktop/pipe", ""},
		{"what the desktop shares knows no part", "desktop/pipe/a.go", "jumun/desktop/words", "siblings"},
		{"what stands beneath", "server/redisdial/a.go", "jumun/server/nowait", ""},
		{"what stands beneath knows nobody", "server/nowait/a.go", "jumun/server/problem", "beneath"},
		{"the agent wires", "desktop/agent/a.go", "jumun/desktop/inbox", ""},
		{"the agent must not draw", "desktop/agent/a.go", "jumun/desktop/window", "child process"},
		{"the agent must not play", "desktop/agent/a_test.go", "jumun/desktop/ring", "child process"},
		{"assets for anybody", "desktop/window/a.go", "jumun/assets/fonts", ""},
		{"assets need nobody", "assets/fonts/a.go", "jumun/desktop/words", "assets know nothing"},
		{"the wire knows the nouns", "shared/wire/a.go", "jumun/shared/order", ""},
		{"the nouns know nobody", "shared/order/a.go", "jumun/shared/wire", "standard library only"},
		{"the contract needs nothing from outside", "shared/wire/a.go", "example.com/json", "nothing from outside"},
		{"the standard library", "shared/order/a.go", "encoding/json", ""},
		{"test support in a test", "server/stream/a_test.go", "jumun/server/orderlog/redistest", ""},
		{"test support in a program", "server/stream/a.go", "jumun/server/orderlog/redistest", "for tests"},
		{"the stage is for trying out", "desktop/e2e/stage/a.go", "jumun/desktop/ring/alsatest", ""},
		{"Redis has one user", "server/intake/a.go", "github.com/redis/go-redis/v9", "only server/orderlog"},
		{"Redis has this user", "server/orderlog/a.go", "github.com/redis/go-redis/v9", ""},
		{"Fyne has one user", "desktop/agent/a.go", "fyne.io/fyne/v2/widget", "only desktop/window"},
		{"the tray is not Fyne", "desktop/tray/a.go", "fyne.io/systray", ""},
		{"audio has one user", "desktop/bell/a.go", "github.com/gopxl/beep/v2", "only desktop/ring"},
		{"a test may know what its program may not", "assets/sounds/a_test.go", "github.com/gopxl/beep/v2/wav", ""},
		{"a program may not", "assets/sounds/a.go", "github.com/gopxl/beep/v2/wav", "only desktop/ring"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files, err := Tree(fstest.MapFS{tt.file: file(tt.imports)})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(imports(files[0]), "\n")
			if (tt.want == "") != (got == "") || !strings.Contains(got, tt.want) {
				t.Errorf("said %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhatElseIsAgainstTheRulesIsTold(t *testing.T) {
	source := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	tests := []struct {
		name string
		tree fstest.MapFS
		want string
	}{
		{"a tidy tree", fstest.MapFS{"server/main.go": file("fmt"), "go.mod": source(""), ".ci/run": source("")}, ""},
		{"a stranger at the top", fstest.MapFS{"tools/a.txt": source("")}, "tools stands at the top"},
		{"two package comments", fstest.MapFS{"server/a.go": file(), "server/b.go": file()}, "2 package comments"},
		{"no package comment", fstest.MapFS{"server/a.go": source("package p\n")}, "no package comment"},
		{"another beginning", fstest.MapFS{"server/a.go": source("// The server.\npackage p\n")}, "does not begin"},
		{"a long file", fstest.MapFS{"server/a.go": source("// Package p is one.\npackage p\n" + strings.Repeat("\n", 400))}, "has 402 lines"},
		{"a test that sleeps", fstest.MapFS{"server/a.go": file(), "server/a_test.go": source("package p\nfunc f() { time.Sleep(1) }\n")}, "a_test.go:2 sleeps"},
		{"a test whose time is a bubble's", fstest.MapFS{"server/a.go": file(), "server/a_test.go": source("package p\nimport \"testing/synctest\"\nfunc f() { time.Sleep(1) }\n")}, ""},
		{"a program that sleeps", fstest.MapFS{"server/a.go": source("// Package p is one.\npackage p\nfunc f() { time.Sleep(1) }\n")}, ""},
		{"what go build passes over", fstest.MapFS{"server/a.go": file(), "server/testdata/b.go": source("no Go")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Check(tt.tree)
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Join(got, "\n"); (tt.want == "") != (said == "") || !strings.Contains(said, tt.want) {
				t.Errorf("said %q, want %q", said, tt.want)
			}
		})
	}
}
