package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// everybody may be imported by any package on either side.
var everybody = []string{"shared/", "assets/"}

// nouns are what the parts of one side share; they know none of the parts.
var nouns = []string{"desktop/pipe", "desktop/words", "desktop/platform", "server/problem", "server/redisdial"}

// ground is what stands beneath a side: the system's own, in our words. It knows nobody.
var ground = []string{"server/nowait"}

// testSupport is for tests, anywhere on its side.
var testSupport = []string{
	"server/orderlog/redistest", "desktop/ring/alsatest",
	"desktop/e2e/stage", "desktop/e2e/sight", "desktop/e2e/hearing",
}

// An owner is the only package that may know an outside dependency, so that replacing
// it, or outliving its bugs, is the work of one package.
type owner struct {
	dependency string
	packages   []string
	tests      []string // packages whose tests may know it too
}

var owners = []owner{
	{"github.com/redis/go-redis/", []string{"server/orderlog", "server/roster", "server/redisdial"}, nil},
	{"github.com/golang-jwt/", []string{"server/access/token"}, nil},
	{"golang.org/x/crypto/acme", []string{"server/certs"}, nil},
	{"github.com/zalando/go-keyring", []string{"desktop/settings"}, nil},
	{"github.com/alicebob/miniredis/", []string{"server/embedded"}, []string{"server/orderlog", "server/roster"}},
	{"github.com/tmaxmax/go-sse", []string{"server/stream", "desktop/feed"}, []string{"server"}},
	{"fyne.io/fyne/", []string{"desktop/window", "desktop/e2e/latency/hidden"}, nil},
	{"github.com/go-gl/glfw/", []string{"desktop/window", "desktop/platform"}, nil},
	{"fyne.io/systray", []string{"desktop/tray"}, nil},
	{"github.com/gopxl/beep/", []string{"desktop/ring", "desktop/e2e/hearing"}, []string{"assets/sounds"}},
	{"github.com/ebitengine/oto/", []string{"desktop/ring"}, nil},
	{"github.com/gofrs/flock", []string{"desktop/instance"}, nil},
	{"github.com/prometheus/", []string{"server"}, nil},
	{"github.com/coder/websocket", []string{"server/bench/transports/socket"}, nil},
}

// imports returns a sentence for each import that breaks a rule.
func imports(f File) []string {
	var wrong []string
	for _, imported := range f.Imports {
		if inside, ok := strings.CutPrefix(imported, Module); ok {
			if why := direction(f, inside); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", f.Path, inside, why))
			}
			continue
		}
		if why := ownership(f, imported); why != "" {
			wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", f.Path, imported, why))
		}
	}
	return wrong
}

// direction says what is wrong with an import within the tree, or nothing.
func direction(f File, to string) string {
	from := f.Dir()
	switch side, other := top(from), top(to); {
	case from == to: // a test from outside its package
		return ""
	case slices.Contains(testSupport, to) && side == other:
		if f.Test() || under(from, "desktop/e2e") {
			return ""
		}
		return "it is for tests; what a program needs of it belongs in a package of its own"
	case side == "shared":
		return sharedDirection(from, to)
	case matches(to, everybody):
		return ""
	case side == "assets":
		return "assets know nothing but themselves; pass in what they need"
	case side != other:
		return "server and desktop meet on the wire alone; what both need belongs in shared/"
	case from == side || under(from, "desktop/e2e") || under(from, "server/bench"): // a main wires; the whole thing is tried by e2e, and measured by bench
		return ""
	case from == "desktop/agent":
		if to == "desktop/window" || to == "desktop/ring" {
			return "the agent must outlive it; start it as a child process and speak through desktop/pipe"
		}
		return ""
	case slices.Contains(ground, from):
		return "it stands beneath all others; pass in what it needs"
	case slices.Contains(ground, to), slices.Contains(nouns, to) && !slices.Contains(nouns, from):
		return ""
	case under(to, from):
		return ""
	}
	return "siblings do not know each other; declare the func or small interface you need, and let main or agent introduce them"
}

func sharedDirection(from, to string) string {
	if from == "shared/wire" && to == "shared/order" {
		return ""
	}
	return "shared/order imports the standard library only, and shared/wire only that and shared/order; move what needs more to server/ or desktop/"
}

// ownership says what is wrong with an import from outside the tree, or nothing.
func ownership(f File, imported string) string {
	host, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(host, ".") {
		return "" // the standard library
	}
	if top(f.Dir()) == "shared" {
		return "shared/ is the contract, and imports nothing from outside"
	}
	for _, o := range owners {
		if !strings.HasPrefix(imported, o.dependency) || slices.Contains(o.packages, f.Dir()) {
			continue
		}
		if !f.Test() || !slices.Contains(o.tests, f.Dir()) {
			return "only " + strings.Join(o.packages, " and ") + " may know it; ask there for what you need of it"
		}
	}
	return ""
}

func top(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	return first
}

func under(dir, parent string) bool { return dir == parent || strings.HasPrefix(dir, parent+"/") }

func matches(dir string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return under(dir, path.Clean(p)) })
}
