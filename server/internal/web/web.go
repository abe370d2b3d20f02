// Package web serves the receiver, a page that rings as the app does, jumun.js, which does the same within a page of the shop's
// own, and the console of the head office.
package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// The paths.
const (
	ReceiverPath = wire.ReceiverPath
	modulePath   = "/jumun.js"
	assetsPath   = "/web/"
)

// policy is the Content-Security-Policy of every answer: nothing comes from another host, nothing stands inline, and no page
// shows this one in a frame, where it could trick somebody into a click.
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// A Handler serves the page and its assets. It is safe for concurrent use.
type Handler struct {
	assets map[string]asset
	pages  map[string][]byte // by path, a blank and language
	etags  map[string]string // of assets
}

// New returns a Handler. It fails only if a text or a file that was built in is missing.
func New() (*Handler, error) {
	t, err := readTexts()
	if err != nil {
		return nil, err
	}
	h := &Handler{pages: map[string][]byte{}, etags: map[string]string{}}
	if h.assets, err = assets(t); err != nil {
		return nil, err
	}
	for name, a := range h.assets {
		h.etags[name] = `"` + digest(a.body) + `"`
	}
	if err := h.addPage(t, ReceiverPath, "files/receiver.html"); err != nil {
		return nil, err
	}
	return h, h.addPage(t, wire.ConsolePath, "files/console.html")
}

// addPage makes a page of a template, in each language.
func (h *Handler) addPage(t texts, path, file string) error {
	page, err := template.ParseFS(sources, file)
	if err != nil {
		return err
	}
	for _, language := range languages {
		var out bytes.Buffer
		if err := page.Execute(&out, view{language, string(h.assets["/web/version"].body), t[language]}); err != nil {
			return err
		}
		h.pages[path+" "+language] = out.Bytes()
	}
	return nil
}

// A view is what the template of the page shows.
type view struct {
	Lang, Version string
	texts         map[string]string
}

// T returns a text.
func (v view) T(id string) (string, error) {
	if v.texts[id] == "" {
		return "", fmt.Errorf("no text %s in %s", id, v.Lang)
	}
	return v.texts[id], nil
}

// Register adds the routes to mux.
func (h *Handler) Register(mux *http.ServeMux) {
	mux.Handle(ReceiverPath, getOnly(h.page))
	mux.Handle(wire.ConsolePath, getOnly(h.page))
	mux.Handle(modulePath, getOnly(h.asset))
	mux.Handle(assetsPath, getOnly(h.asset))
}

func getOnly(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			httperror.Method(w, http.MethodGet)
			return
		}
		next(w, r)
	})
}

func (h *Handler) page(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Frame-Options", "DENY") // for browsers that do not know frame-ancestors
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-cache")
	head.Set("Vary", "Accept-Language")
	head.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(h.pages[r.URL.Path+" "+languageOf(r)]) // the client may be gone
}

// languageOf returns the language of a page: Korean, unless the browser asks for English first.
func languageOf(r *http.Request) string {
	accepts := strings.ToLower(r.Header.Get("Accept-Language"))
	ko, en := strings.Index(accepts, "ko"), strings.Index(accepts, "en")
	if en >= 0 && (ko < 0 || en < ko) {
		return "en"
	}
	return languages[0]
}

func (h *Handler) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := h.assets[r.URL.Path]
	if !ok {
		httperror.NoSuchPath(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-cache") // and asks whether it has changed
	head.Set("Content-Type", a.kind)
	head.Set("ETag", h.etags[r.URL.Path])
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	if a.shared { // it is the same for everybody, so no credentials are taken
		head.Set("Access-Control-Allow-Origin", "*")
		head.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.body))
}
