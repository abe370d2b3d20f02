package update

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/wait"
	"jumun/shared/release"
	"jumun/shared/wire"
)

// A Server has the versions of the app. Without any, Releases fails with client.ErrNoReleases.
type Server interface {
	Releases(context.Context, wire.ReleaseRequest) (wire.Releases, error)
	// Release returns the bytes of a file from an offset on. The caller closes it.
	Release(ctx context.Context, sum string, from int64) (io.ReadCloser, error)
}

// An Updater looks for newer versions. All fields are required.
type Updater struct {
	Installation
	Keys   release.Keys
	Device string // ID of this PC, by which a version is for some PCs first
	// Off reports whether people or an administrator want no updates.
	Off func() bool
	// Newer tells which version this PC could have and does not take by itself; "" if there is none.
	Newer func(version string)
	// MayInstall reports whether nothing would be missed if jumun started again now. since is when the next
	// program was staged; urgent, that the one that runs must go.
	MayInstall func(since time.Time, urgent bool) bool
	// CanBeHeard and CanShow report whether nothing is known to keep a sound from people, or a window.
	CanBeHeard, CanShow func() bool
	// Install ends the agent, so that its supervisor hands over to another program.
	Install func()
	Log     *slog.Logger

	trouble string // what was logged last
}

// Run looks for newer versions until ctx ends, once this PC is connected.
func (u *Updater) Run(ctx context.Context, s Server) {
	if len(u.Keys) == 0 || release.Compare(u.version, "0.0.0-0") < 0 { // a build of a developer
		return
	}
	u.complain("what is left of an update cannot be deleted", u.tidy())
	wait.For(ctx, firstAsk+rand.N(firstAsk))
	for ctx.Err() == nil {
		u.look(ctx, s)
		for end := time.Now().Add(askEvery*3/4 + rand.N(askEvery/2)); ctx.Err() == nil && time.Now().Before(end); {
			wait.For(ctx, lookEvery)
			u.install(ctx, s)
		}
	}
}

// look asks once, and downloads what this PC takes.
func (u *Updater) look(ctx context.Context, s Server) {
	manual := u.Off() || !u.isOurs()
	m, choice, ok, err := u.choose(ctx, s, manual)
	if err != nil || !ok {
		u.complain("no newer version was looked for", err)
		u.Newer("")
		return
	}
	if manual {
		u.Newer(choice.Version)
		return
	}
	u.Newer("")
	if u.isNext || u.has(choice) {
		return
	}
	staged, _ := m.Release(choice.Version)
	err = u.download(ctx, s, choice, staged.Staged)
	if err == nil {
		u.Log.Info("a newer version was downloaded; it is tried when the store is closed and nothing rings", "version", choice.Version, "urgent", choice.Urgent)
	}
	u.complain("a newer version was not downloaded", err)
}

// has reports whether a version is the next program already.
func (u *Updater) has(c release.Choice) bool {
	s := loadState(u.statePath)
	return s.Staged != nil && s.Staged.SHA256 == c.SHA256 && u.verifyNext(*s.Staged) == nil
}

// choose asks the server, and returns what this PC takes.
func (u *Updater) choose(ctx context.Context, s Server, manual bool) (release.Manifest, release.Choice, bool, error) {
	was := loadState(u.statePath)
	platform := release.Platform(runtime.GOOS, runtime.GOARCH)
	gaveUp := was.gaveUp()
	answer, err := s.Releases(ctx, wire.ReleaseRequest{Version: u.version, Platform: platform, Failed: gaveUp, Manual: manual})
	if err != nil {
		return release.Manifest{}, release.Choice{}, false, err
	}
	m, err := u.Keys.Open([]byte(answer.Manifest), []byte(answer.Signature), was.Serial, time.Now())
	if err != nil {
		return release.Manifest{}, release.Choice{}, false, err
	}
	if m.Serial > was.Serial {
		was.Serial = m.Serial
		if err := was.save(u.statePath); err != nil { // an older list could be taken later
			return release.Manifest{}, release.Choice{}, false, err
		}
	}
	barred := answer.Held
	for _, f := range gaveUp {
		barred = append(barred, f.Version)
	}
	c, ok := m.Choose(release.Device{ID: u.Device, Version: u.version, Platform: platform, Barred: barred}, time.Now())
	return m, c, ok, nil
}

// install ends the agent if there is another program to run and the time has come: the next one, or the one that the
// system starts, if this is the next one and has taken its place.
func (u *Updater) install(ctx context.Context, s Server) {
	was := loadState(u.statePath)
	switch {
	case u.isNext:
		if was.rests(time.Now()) || !u.MayInstall(time.Time{}, true) {
			return
		}
		if err := u.settle(); err != nil {
			u.complain("this version has not taken the place of the old one yet", err)
			return
		}
		u.Log.Info("this version has taken the place of the old one", "version", u.version)
		was.works(u.version) // who watched it may have been killed before it was noted
		u.complain("the state of updates was not stored", was.save(u.statePath))
	case was.Staged == nil, u.Off(), was.rests(time.Now()), !u.MayInstall(was.Staged.Since, was.Staged.Urgent):
		return
	case !u.stillRight(ctx, s, *was.Staged):
		return
	}
	now := loadState(u.statePath)
	now.Able = able{Sound: u.CanBeHeard(), Window: u.CanShow()}
	if err := now.save(u.statePath); err != nil { // without a note of it nothing is tried
		u.complain("no other version is tried while its state cannot be stored", err)
		return
	}
	u.Install()
}

// stillRight asks the server once more: it may be days since the next program was downloaded.
func (u *Updater) stillRight(ctx context.Context, s Server, next staged) bool {
	_, c, ok, err := u.choose(ctx, s, false)
	if err != nil {
		u.complain("no newer version was looked for", err)
		return false
	}
	if ok && c.SHA256 == next.SHA256 && u.verifyNext(next) == nil {
		return true
	}
	u.Log.Info("the version that was downloaded is not tried any more", "version", next.Version)
	now := loadState(u.statePath)
	now.Staged = nil
	u.complain("the state of updates was not stored", now.save(u.statePath))
	return false
}

// complain logs an error, once as long as it stays the same. A server without versions is no error.
func (u *Updater) complain(what string, err error) {
	if err == nil || errors.Is(err, client.ErrNoReleases) || errors.Is(err, context.Canceled) {
		return
	}
	if text := what + ": " + err.Error(); text != u.trouble {
		u.trouble = text
		u.Log.Warn(what, "err", err)
	}
}
