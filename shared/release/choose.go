package release

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// A Device is what a manifest is read for.
type Device struct {
	ID       string // of this device; empty: it has none, and takes only what is for all
	Version  string // of the program that runs
	Platform string
	Barred   []string // versions that it does not take: they failed here, or the server holds them back
}

// A Choice is what a device takes.
type Choice struct {
	Version string
	File
	// Urgent reports that the version that runs is revoked, or older than the minimum.
	Urgent bool
}

// Choose returns the newest version that d may take at now. There is none if d has it already. d goes back to an
// older one only if the one that runs is revoked.
func (m Manifest) Choose(d Device, now time.Time) (best Choice, ok bool) {
	if Compare(d.Version, "0.0.0-0") < 0 { // such as "dev"
		return Choice{}, false
	}
	revoked := m.isRevoked(d.Version)
	urgent := revoked || m.Minimum != "" && Compare(d.Version, m.Minimum) < 0
	for _, r := range m.Releases {
		f, has := r.fileFor(d.Platform)
		switch {
		case !has, m.isRevoked(r.Version), slices.Contains(d.Barred, r.Version), now.Before(r.NotBefore):
		case Compare(r.Version, d.Version) == 0, Compare(r.Version, d.Version) < 0 && !revoked:
		case r.Percent == 0, !urgent && !r.isFor(d.ID):
		case ok && Compare(r.Version, best.Version) < 0:
		default:
			best, ok = Choice{Version: r.Version, File: f, Urgent: urgent}, true
		}
	}
	return best, ok
}

func (m Manifest) isRevoked(version string) bool {
	return slices.ContainsFunc(m.Revoked, func(v string) bool { return Compare(v, version) == 0 })
}

func (r Release) fileFor(platform string) (File, bool) {
	i := slices.IndexFunc(r.Files, func(f File) bool { return f.Platform == platform })
	if i < 0 {
		return File{}, false
	}
	return r.Files[i], true
}

// isFor reports whether a device is among the first Percent of a hundred. It is for each version another part of
// the devices: not always the same stores meet a fault first.
func (r Release) isFor(device string) bool {
	if r.Percent >= 100 || device == "" {
		return r.Percent >= 100
	}
	sum := sha256.Sum256([]byte(device + "\x00" + r.Version))
	return int(binary.BigEndian.Uint64(sum[:8])%100) < r.Percent
}

// Release returns the release of a version.
func (m Manifest) Release(version string) (Release, bool) {
	i := slices.IndexFunc(m.Releases, func(r Release) bool { return r.Version == version })
	if i < 0 {
		return Release{}, false
	}
	return m.Releases[i], true
}
