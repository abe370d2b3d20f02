package pod

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/server/internal/releases"
	"jumun/shared/order"
	"jumun/shared/release"
	"jumun/shared/wire"
)

const (
	// downloadsAtOnce is how many files are sent at once. Each is tens of megabytes, and orders have the same
	// line; devices ask again.
	downloadsAtOnce = 32
	// downloadTimeout is what one may take: 32 MB in half an hour are 150 kbit/s. A device goes on where it was
	// cut off.
	downloadTimeout = 30 * time.Minute
)

// updates serves the app's versions.
type updates struct {
	*Pod
	folder *releases.Folder // nil: there are none
	places chan struct{}    // one for each file that is being sent
	held   atomic.Int64     // versions that are held back, as the last device was told

	mu   sync.Mutex
	told map[string]bool // what was logged already
}

func newUpdates(p *Pod) *updates {
	u := &updates{Pod: p, folder: p.opts.Releases, places: make(chan struct{}, downloadsAtOnce), told: map[string]bool{}}
	p.metrics.registry.MustRegister(
		gauge("jumun_app_versions_held", "Versions of the app that are given to nobody, because too many devices gave them up.", func() float64 { return float64(u.held.Load()) }),
		gauge("jumun_app_list_expires_seconds", "Until the list of the app's versions expires; 0: there is none, or it has.", u.expires))
	return u
}

// expires returns in how many seconds the list of releases expires.
func (u *updates) expires() float64 {
	list, _ := u.current()
	return max(time.Until(list.Expires).Seconds(), 0)
}

// list serves wire.ReleasesPattern.
func (u *updates) list(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return
	}
	asked, err := readReleaseRequest(w, r)
	if err != nil {
		httperror.Malformed(w, err)
		return
	}
	list, ok := u.current()
	if !ok {
		httperror.NoSuchPath(w, r)
		return
	}
	held, err := u.count(r, asked, list.Manifest)
	if err != nil { // nobody knows now what is to be held back
		u.log.Warn("the versions of the app are given to nobody: it cannot be counted who gave one up", "err", err)
		httperror.NotReady(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(wire.Releases{Manifest: string(list.Text), Signature: string(list.Signature), Held: held}) // the client may be gone
}

func readReleaseRequest(w http.ResponseWriter, r *http.Request) (wire.ReleaseRequest, error) {
	body, err := httperror.ReadBody(w, r, wire.MaxReleaseRequest, bodyTimeout)
	if err != nil {
		return wire.ReleaseRequest{}, fmt.Errorf("%w: %w", err, order.ErrMalformed)
	}
	return wire.ParseReleaseRequest(body)
}

// current returns the list of releases, and reports whether there is one.
func (u *updates) current() (releases.Signed, bool) {
	if u.folder == nil {
		return releases.Signed{}, false
	}
	list, err := u.folder.Current()
	if err != nil {
		u.tell(err.Error(), func() {
			u.log.Error("the list of the app's versions cannot be used; devices get the one before, if there was one", "err", err)
		})
	}
	return list, list.Text != nil
}

// tell calls log once for what has happened.
func (u *updates) tell(what string, log func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.told[what] {
		u.told[what] = true
		log()
	}
}

// count notes what a device said of itself, and returns the versions that are held back.
func (u *updates) count(r *http.Request, asked wire.ReleaseRequest, m release.Manifest) (held []string, err error) {
	holder := auth.From(r.Context()).Holder()
	if err := u.opts.Devices.NoteVersion(r.Context(), order.MartID(r.PathValue("mart")), holder, asked); err != nil {
		return nil, err
	}
	var runs devices.Rollout
	var failed, all []devices.Rollout
	for _, v := range m.Releases {
		rollout := devices.Rollout{Version: v.Version, Staged: v.Staged}
		all = append(all, rollout)
		if release.Compare(asked.Version, v.Version) == 0 {
			runs = rollout
		}
		if i := slices.IndexFunc(asked.Failed, func(f wire.FailedUpdate) bool { return f.Version == v.Version && f.Staged == v.Staged }); i >= 0 {
			failed = append(failed, rollout)
			u.tell(fmt.Sprint(holder, rollout), func() {
				u.log.Warn("a device gave up a version of the app", "device", holder, "mart", r.PathValue("mart"), "version", v.Version, "reason", asked.Failed[i].Reason)
			})
		}
	}
	progress, err := u.opts.Devices.CountRollouts(r.Context(), holder, runs, failed, all)
	for i, p := range progress {
		if releases.Held(p.Run, p.Failed) {
			held = append(held, all[i].Version)
			u.tell(fmt.Sprint("held", all[i]), func() {
				u.log.Error("a version of the app is held back: too many devices gave it up; revoke it, or stage it again", "version", all[i].Version, "run", p.Run, "failed", p.Failed)
			})
		}
	}
	u.held.Store(int64(len(held)))
	return held, err
}

// file serves wire.ReleasePattern.
func (u *updates) file(w http.ResponseWriter, r *http.Request) {
	if u.folder == nil {
		httperror.NoSuchPath(w, r)
		return
	}
	select {
	case u.places <- struct{}{}:
		defer func() { <-u.places }()
	default:
		httperror.Busy(w)
		return
	}
	file, is, err := u.folder.OpenFile(r.PathValue("sha256"))
	switch {
	case errors.Is(err, releases.ErrNoFile):
		httperror.NoSuchPath(w, r)
		return
	case err != nil:
		u.tell(err.Error(), func() {
			u.log.Error("a file of the app's versions cannot be used: copy it again", "file", is.Name, "err", err)
		})
		httperror.NoSuchPath(w, r)
		return
	}
	defer file.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTimeout)) // not every writer has deadlines
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	w.Header().Set("ETag", `"`+is.SHA256+`"`)
	http.ServeContent(w, r, "", time.Time{}, file)
}
