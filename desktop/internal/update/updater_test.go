package update

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"aead.dev/minisign"

	"jumun/desktop/internal/client"
	"jumun/shared/release"
	"jumun/shared/wire"
)

// A fakeServer has one version.
type fakeServer struct {
	key     minisign.PrivateKey
	list    release.Manifest
	content string
	held    []string
	err     error

	cut    int  // how many bytes it sends before it cuts off; 0: all
	whole  bool // it refuses to go on in the middle
	busy   bool // it refuses to send anything
	asked  []wire.ReleaseRequest
	ranges []int64
}

func (s *fakeServer) Releases(_ context.Context, asked wire.ReleaseRequest) (wire.Releases, error) {
	s.asked = append(s.asked, asked)
	if s.err != nil {
		return wire.Releases{}, s.err
	}
	text, signature, err := s.list.Sign(s.key)
	return wire.Releases{Manifest: string(text), Signature: string(signature), Held: s.held}, err
}

func (s *fakeServer) Release(_ context.Context, _ string, from int64) (io.ReadCloser, error) {
	s.ranges = append(s.ranges, from)
	if s.whole && from > 0 {
		return nil, client.ErrNoRange
	}
	if s.busy {
		return nil, errors.New("the server answers 503 Service Unavailable")
	}
	content := s.content[from:]
	if s.cut > 0 {
		content = content[:s.cut]
	}
	return io.NopCloser(strings.NewReader(content)), nil
}

// newUpdater returns an updater of version 1.1.0, and a server that has version 1.2.0 for it.
func newUpdater(t *testing.T) (*Updater, *fakeServer) {
	t.Helper()
	public, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeServer{key: private, content: "the next program"}
	c := choice("1.2.0", s.content)
	c.Platform, c.Name = release.Platform(runtime.GOOS, runtime.GOARCH), "jumun-1.2.0"
	s.list = release.Manifest{Name: release.Name, Serial: 3, Expires: time.Now().Add(time.Hour), Releases: []release.Release{{Version: "1.2.0", Percent: 100, Staged: 3, Files: []release.File{c.File}}}}
	u := &Updater{
		Installation: install(t), Keys: release.Keys{public}, Device: "pc-1", Log: slog.New(slog.DiscardHandler),
		Off: func() bool { return false }, Newer: func(string) {}, Install: func() {},
		MayInstall: func(time.Time, bool) bool { return true },
		CanBeHeard: func() bool { return true }, CanShow: func() bool { return false },
	}
	return u, s
}

func TestAVersionThatTheServerHasBecomesTheNextProgram(t *testing.T) {
	u, s := newUpdater(t)
	installs := 0
	u.Install = func() { installs++ }
	u.look(t.Context(), s)
	if got := read(t, u.next); got != s.content || installs != 0 {
		t.Fatalf("downloaded %q, installed %d times", got, installs)
	}
	u.look(t.Context(), s)
	u.install(t.Context(), s)
	if installs != 1 || len(s.ranges) != 1 {
		t.Errorf("installed %d times, downloaded %d times", installs, len(s.ranges))
	}
	if got := s.asked[0]; got.Version != "1.1.0+abc" || got.Manual || len(got.Failed) != 0 {
		t.Errorf("asked %+v", got)
	}
}

func TestADownloadGoesOnWhereItWasCutOff(t *testing.T) {
	u, s := newUpdater(t)
	s.cut = 5
	u.look(t.Context(), s)
	if got := u.files(t); len(got) != 2 || loadState(u.statePath).Staged != nil {
		t.Fatalf("after a cut: %v", got)
	}
	s.cut = 0
	u.look(t.Context(), s)
	if got := read(t, u.next); got != s.content || !slices.Equal(s.ranges, []int64{0, 5}) {
		t.Errorf("%q from %v", got, s.ranges)
	}
}

func TestABusyServerCostsNothingOfWhatWasDownloaded(t *testing.T) {
	u, s := newUpdater(t)
	s.cut = 5
	u.look(t.Context(), s)
	s.cut, s.busy = 0, true
	u.look(t.Context(), s)
	s.busy = false
	u.look(t.Context(), s)
	if got := read(t, u.next); got != s.content || !slices.Equal(s.ranges, []int64{0, 5, 5}) {
		t.Errorf("%q from %v", got, s.ranges)
	}
}

func TestADownloadBeginsAnewWhereAProxyDoesNotLetItGoOn(t *testing.T) {
	u, s := newUpdater(t)
	s.cut, s.whole = 5, true
	u.look(t.Context(), s)
	u.look(t.Context(), s)
	s.cut = 0
	u.look(t.Context(), s)
	if got := read(t, u.next); got != s.content || !slices.Equal(s.ranges, []int64{0, 5, 0}) {
		t.Errorf("%q from %v", got, s.ranges)
	}
}

func TestOtherBytesThanThoseOfTheListAreDeleted(t *testing.T) {
	u, s := newUpdater(t)
	s.content = strings.ToUpper(s.content) + " and more without end"
	u.look(t.Context(), s)
	if got := u.files(t); !slices.Equal(got, []string{"jumun"}) {
		t.Errorf("left: %v", got)
	}
}

func TestWhatWasDownloadedIsNotTriedIfTheServerOrTheDiskSaysOtherwiseSince(t *testing.T) {
	tests := map[string]func(*testing.T, *Updater, *fakeServer){
		"held back":           func(_ *testing.T, _ *Updater, s *fakeServer) { s.held = []string{"1.2.0"} },
		"revoked":             func(_ *testing.T, _ *Updater, s *fakeServer) { s.list.Serial, s.list.Revoked = 4, []string{"1.2.0"} },
		"for nobody any more": func(_ *testing.T, _ *Updater, s *fakeServer) { s.list.Serial, s.list.Releases[0].Percent = 4, 0 },
		"other bytes": func(_ *testing.T, u *Updater, _ *fakeServer) {
			_ = os.WriteFile(u.next, []byte("another program!"), 0o700)
		},
		"the server is away":          func(_ *testing.T, _ *Updater, s *fakeServer) { s.err = errors.New("away") },
		"an older list":               func(_ *testing.T, _ *Updater, s *fakeServer) { s.list.Serial = 2 },
		"off by now":                  func(_ *testing.T, u *Updater, _ *fakeServer) { u.Off = func() bool { return true } },
		"its try could not be stored": func(t *testing.T, u *Updater, _ *fakeServer) { readOnly(t, &u.Installation) },
		"an order waits": func(_ *testing.T, u *Updater, _ *fakeServer) {
			u.MayInstall = func(time.Time, bool) bool { return false }
		},
		"it failed a moment ago": func(_ *testing.T, u *Updater, _ *fakeServer) {
			s := loadState(u.statePath)
			s.RetryAt = time.Now().Add(time.Hour)
			_ = s.save(u.statePath)
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			u, s := newUpdater(t)
			u.look(t.Context(), s)
			u.Install = func() { t.Error("it is tried") }
			change(t, u, s)
			u.install(t.Context(), s)
		})
	}
}

func TestWhatThisPCCanDoIsNotedBeforeAnotherVersionIsTried(t *testing.T) {
	u, s := newUpdater(t)
	u.look(t.Context(), s)
	u.Install = func() {
		if got, want := loadState(u.statePath).Able, (able{Sound: true}); got != want {
			t.Errorf("noted %+v, want %+v", got, want)
		}
	}
	u.install(t.Context(), s)
}

func TestAVersionThatWasGivenUpIsReportedAndNotDownloadedAgain(t *testing.T) {
	u, s := newUpdater(t)
	u.look(t.Context(), s)
	was := loadState(u.statePath)
	for range maxTries {
		was.Staged = &staged{Version: "1.2.0", Serial: 3}
		was.fail("it does not answer", time.Now())
	}
	if err := was.save(u.statePath); err != nil {
		t.Fatal(err)
	}
	u.look(t.Context(), s)
	want := wire.FailedUpdate{Version: "1.2.0", Staged: 3, Reason: "it does not answer"}
	if got := s.asked[1].Failed; len(got) != 1 || got[0] != want || len(s.ranges) != 1 {
		t.Errorf("reported %+v; downloaded %d times", got, len(s.ranges))
	}
}

func TestWhereUpdatesAreOffANewerVersionIsOnlyTold(t *testing.T) {
	u, s := newUpdater(t)
	var told []string
	u.Off, u.Newer = func() bool { return true }, func(v string) { told = append(told, v) }
	u.look(t.Context(), s)
	if !slices.Equal(told, []string{"1.2.0"}) || len(s.ranges) != 0 || !s.asked[0].Manual {
		t.Errorf("told %v; asked %+v", told, s.asked)
	}
}

func TestABuildWithoutKeysOrAVersionNeverAsks(t *testing.T) {
	for name, spoil := range map[string]func(*Updater){"no keys": func(u *Updater) { u.Keys = nil }, "a developer's": func(u *Updater) { u.version = "dev" }} {
		u, s := newUpdater(t)
		spoil(u)
		u.Run(t.Context(), s) // would wait for minutes
		if len(s.asked) != 0 {
			t.Errorf("%s: asked", name)
		}
	}
}

func TestAServerWithoutVersionsIsNothingToComplainOf(t *testing.T) {
	u, s := newUpdater(t)
	var log bytes.Buffer
	u.Log = slog.New(slog.NewTextHandler(&log, nil))
	s.err = client.ErrNoReleases
	u.look(t.Context(), s)
	s.err = errors.New("broken")
	u.look(t.Context(), s)
	u.look(t.Context(), s)
	if got := strings.Count(log.String(), "level=WARN"); got != 1 || !strings.Contains(log.String(), "broken") {
		t.Errorf("the log has %d warnings: %s", got, log.String())
	}
}

func TestAFolderOfAnyNameIsTidied(t *testing.T) {
	for _, name := range []string{"a[b", "강남[점]"} {
		u, s := newUpdater(t)
		dir := filepath.Join(t.TempDir(), name)
		if err := os.Rename(filepath.Dir(u.program), dir); err != nil {
			t.Fatal(err)
		}
		u.program, u.next, u.statePath = filepath.Join(dir, "jumun"), filepath.Join(dir, "jumun.new"), filepath.Join(t.TempDir(), "update.json")
		if err := os.WriteFile(u.program+".part-of-before", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		u.look(t.Context(), s)
		if got := u.files(t); read(t, u.next) != s.content || slices.Contains(got, "jumun.part-of-before") {
			t.Errorf("in %s are %v", name, got)
		}
	}
}
