package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"path"
	"slices"

	"jumun/assets/fonts"
	"jumun/assets/icons"
	"jumun/assets/sounds"
)

//go:embed jumun files
var sources embed.FS

// An asset is a file that everybody may have.
type asset struct {
	kind   string // its media type
	body   []byte
	shared bool // pages of every origin may use it: jumun.js and what it loads
}

// assets returns what is served, by path, but for the page itself.
func assets(t texts) (map[string]asset, error) {
	all := map[string]asset{
		"/web/icon.png":            {kind: "image/png", body: icons.App()},
		"/web/fonts/regular.woff2": {"font/woff2", fonts.RegularForPages(), true},
		"/web/fonts/bold.woff2":    {"font/woff2", fonts.BoldForPages(), true},
	}
	if err := addSounds(all); err != nil {
		return nil, err
	}
	for _, language := range languages {
		all["/web/"+language+".webmanifest"] = asset{kind: "application/manifest+json", body: manifest(t[language])}
	}
	css, err := sources.ReadFile("files/receiver.css")
	if err != nil {
		return nil, err
	}
	all["/web/receiver.css"] = asset{kind: "text/css; charset=utf-8", body: append([]byte(colours(":root")), css...)}
	if err := addScripts(all, t); err != nil {
		return nil, err
	}
	if err := addConsole(all, t); err != nil {
		return nil, err
	}
	all["/web/version"] = asset{kind: "text/plain; charset=utf-8", body: []byte(version(all))}
	return all, nil
}

// addSounds adds what jumun.js plays.
func addSounds(all map[string]asset) error {
	return fs.WalkDir(sounds.ForPages, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := sounds.ForPages.ReadFile(name)
		all["/web/sounds/"+name] = asset{"audio/flac", body, true}
		return err
	})
}

const javaScript = "text/javascript; charset=utf-8"

// addScripts adds the page's script, and jumun.js.
func addScripts(all map[string]asset, t texts) error {
	page, err := sources.ReadFile("files/receiver.js")
	if err != nil {
		return err
	}
	head, err := t.script(page)
	if err != nil {
		return err
	}
	all["/web/receiver.js"] = asset{kind: javaScript, body: append([]byte(head), page...)}
	module, err := module(t)
	all["/jumun.js"] = asset{javaScript, module, true}
	return err
}

// Module returns jumun.js.
func Module() ([]byte, error) {
	t, err := readTexts()
	if err != nil {
		return nil, err
	}
	return module(t)
}

// module returns jumun.js: the modules of folder jumun as one, behind what they know of the server.
func module(t texts) ([]byte, error) {
	files, err := fs.Sub(sources, "jumun")
	if err != nil {
		return nil, err
	}
	b := bundle{files: files, joined: map[string]bool{}}
	if err := b.join("jumun.js"); err != nil {
		return nil, err
	}
	head, err := t.script(b.whole.Bytes())
	if err != nil {
		return nil, err
	}
	style, err := fs.ReadFile(files, "element.css")
	if err != nil {
		return nil, err
	}
	quoted, _ := json.Marshal(colours(":host") + string(style)) // a text always marshals
	head += "const STYLE = " + string(quoted) + ";\n"
	head += "const VERSION = \"" + digest([]byte(head), b.whole.Bytes()) + "\";\n"
	return append([]byte(head), b.whole.Bytes()...), nil
}

// manifest makes the page installable (Web Application Manifest, W3C).
func manifest(t map[string]string) []byte {
	body, _ := json.Marshal(map[string]any{ // texts always marshal
		"name": t["window.about.name"], "short_name": t["window.popup.title"], "start_url": "/receiver", "scope": "/receiver", "display": "fullscreen",
		"icons": []any{map[string]any{"src": "/web/icon.png", "sizes": "512x512", "type": "image/png"}},
	})
	return body
}

// version returns what changes whenever one of the assets does.
func version(all map[string]asset) string {
	var bodies [][]byte
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if path.Ext(name) != ".woff2" {
			bodies = append(bodies, all[name].body)
		}
	}
	return digest(bodies...)
}

func digest(bodies ...[]byte) string {
	h := sha256.New()
	for _, body := range bodies {
		h.Write(body)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}
