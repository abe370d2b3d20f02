package web

import (
	"embed"
	"io/fs"
)

//go:embed console
var consoleModules embed.FS

// consoleFiles are the modules of the console, and those of jumun.js, of which it uses how texts and elements are made.
type consoleFiles struct{}

// Open implements fs.FS.
func (consoleFiles) Open(name string) (fs.File, error) {
	if f, err := consoleModules.Open("console/" + name); err == nil {
		return f, nil
	}
	return sources.Open("jumun/" + name)
}

// addConsole adds what the console loads.
func addConsole(all map[string]asset, t texts) error {
	b := bundle{files: consoleFiles{}, joined: map[string]bool{}}
	if err := b.join("console.js"); err != nil {
		return err
	}
	head, err := t.script(b.whole.Bytes())
	if err != nil {
		return err
	}
	css, err := sources.ReadFile("files/console.css")
	all["/web/console.js"] = asset{kind: javaScript, body: append([]byte(head), b.whole.Bytes()...)}
	all["/web/console.css"] = asset{kind: "text/css; charset=utf-8", body: append([]byte(colours(":root")), css...)}
	return err
}
