// Package release is the signed list of the app's versions: which there are, which PCs may take them, and
// which nobody may run any more.
//
// The list is JSON beside a signature in minisign's format, so that minisign itself can check it. All that a
// device decides by is inside: a server can hold a list back, until it expires, but it can neither make one
// nor mix two.
package release

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"golang.org/x/mod/semver"
)

// Name is the name of our program in a manifest: the same key may sign lists of other programs.
const Name = "jumun"

// The files of a folder of releases, beside those of the releases themselves.
const (
	ManifestFile  = "manifest.json"
	SignatureFile = "manifest.json.minisig"
)

// The limits of a manifest and its files, in bytes; larger ones are refused before they are read. The longest manifest
// that these limits allow takes a third of MaxManifest, and the app a tenth of MaxSize.
const (
	MaxManifest  = 128 << 10
	MaxSignature = 1 << 10
	MaxReleases  = 32
	MaxFiles     = 16
	MaxRevoked   = 256
	MaxSize      = 512 << 20
)

// A Manifest is what is signed.
type Manifest struct {
	Name    string    `json:"name"`   // Name
	Serial  int64     `json:"serial"` // one more with each signature; a device takes none below the highest that it has seen
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"` // a device does nothing by it afterwards

	Minimum  string    `json:"minimum,omitempty"` // what is older is replaced at once; empty: nothing is too old
	Revoked  []string  `json:"revoked,omitempty"` // versions that nobody may run: what runs them goes back to another
	Releases []Release `json:"releases"`
}

// A Release is one version.
type Release struct {
	Version   string    `json:"version"`            // such as 1.2.0 or 1.3.0-rc.1
	Percent   int       `json:"percent"`            // of the devices that may take it, 0 to 100
	NotBefore time.Time `json:"notBefore,omitzero"` // when they may
	Staged    int64     `json:"staged"`             // the serial since which Percent is so: failures from before do not count
	Files     []File    `json:"files"`              // one a platform
}

// A File is the program for one platform.
type File struct {
	Platform string `json:"platform"` // as of Platform
	Name     string `json:"name"`     // in the folder of releases
	Size     int64  `json:"size"`     // in bytes
	SHA256   string `json:"sha256"`   // in hexadecimal digits
}

var (
	fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	platform = regexp.MustCompile(`^[a-z0-9]{1,16}/[a-z0-9]{1,16}$`)
)

// ErrMalformed is the error of a manifest that says what cannot be.
var ErrMalformed = errors.New("malformed")

// Parse reads a manifest. It does not know who wrote it: a device calls Open. Its errors wrap ErrMalformed.
func Parse(text []byte) (m Manifest, err error) {
	if len(text) > MaxManifest {
		return Manifest{}, fmt.Errorf("the list of releases has more than %d bytes: %w", MaxManifest, ErrMalformed)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("the list of releases is not JSON as it should be (%w): %w", err, ErrMalformed)
	}
	if err := m.check(); err != nil {
		return Manifest{}, fmt.Errorf("the list of releases: %w: %w", err, ErrMalformed)
	}
	return m, nil
}

func (m Manifest) check() error {
	switch {
	case m.Name != Name:
		return fmt.Errorf("it is of %.40q, not of %q", m.Name, Name)
	case m.Serial < 1:
		return fmt.Errorf("serial %d is not above 0", m.Serial)
	case m.Expires.IsZero():
		return errors.New("it does not say when it expires")
	case len(m.Releases) > MaxReleases || len(m.Revoked) > MaxRevoked:
		return fmt.Errorf("more than %d releases or %d revoked versions", MaxReleases, MaxRevoked)
	case m.Minimum != "" && !IsVersion(m.Minimum):
		return fmt.Errorf("minimum %.40q is no version", m.Minimum)
	}
	for _, version := range m.Revoked {
		if !IsVersion(version) {
			return fmt.Errorf("revoked %.40q is no version", version)
		}
	}
	seen := map[string]bool{}
	for _, r := range m.Releases {
		if err := r.check(); err != nil {
			return err
		}
		if seen[r.Version] {
			return fmt.Errorf("version %s is there twice", r.Version)
		}
		seen[r.Version] = true
	}
	return nil
}

func (r Release) check() error {
	switch {
	case !IsVersion(r.Version):
		return fmt.Errorf("%.40q is no version such as 1.2.0", r.Version)
	case r.Percent < 0 || r.Percent > 100:
		return fmt.Errorf("version %s is for %d %% of the devices", r.Version, r.Percent)
	case len(r.Files) > MaxFiles:
		return fmt.Errorf("version %s has more than %d files", r.Version, MaxFiles)
	}
	seen := map[string]bool{}
	for _, f := range r.Files {
		if !f.isValid() || seen[f.Platform] {
			return fmt.Errorf("version %s: the file %.40q for %.40q is not as it should be, or there is another one for that platform", r.Version, f.Name, f.Platform)
		}
		seen[f.Platform] = true
	}
	return nil
}

func (f File) isValid() bool {
	sum, err := hex.DecodeString(f.SHA256)
	return platform.MatchString(f.Platform) && fileName.MatchString(f.Name) && f.Size > 0 && f.Size <= MaxSize && err == nil && len(sum) == 32
}

// IsVersion reports whether v is a version as a manifest has it: three numbers, and perhaps what comes before
// such a release (Semantic Versioning 2.0.0).
func IsVersion(v string) bool {
	return len(v) <= 40 && semver.IsValid("v"+v) && semver.Canonical("v"+v) == "v"+v
}

// Compare returns -1, 0 or 1 if version a comes before b, is the same, or comes after it. What a program says of
// itself may have a commit behind it, such as 1.2.0+1a2b3c4, which counts for nothing. What is no version comes
// before all that are.
func Compare(a, b string) int { return semver.Compare("v"+a, "v"+b) }

// Platform returns the name of a platform, such as windows/amd64, by Go's names.
func Platform(goos, goarch string) string { return goos + "/" + goarch }
