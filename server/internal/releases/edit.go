package releases

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aead.dev/minisign"

	"jumun/shared/release"
)

// An Editor changes the list in a folder of releases and signs it. It is the operator's own folder, from which it is
// copied to the servers: the key never goes there.
type Editor struct {
	Dir  string
	Key  minisign.PrivateKey
	Life time.Duration // how long the list is good
	// Foreign takes a list that another key has signed: of a server that was broken into, it could be anybody's.
	Foreign bool
}

var (
	// ErrForeign means that another key has signed the list, or nobody.
	ErrForeign = errors.New("another key has signed the list of releases in this folder, or somebody has changed it")
	// ErrNoRelease means that the list has no such version.
	ErrNoRelease = errors.New("the list of releases has no such version")
)

// Edit changes the list, and signs it with the next serial. A folder without a list gets one.
func (e Editor) Edit(now time.Time, change func(*release.Manifest) error) (release.Manifest, error) {
	m, err := e.read()
	if err != nil {
		return m, err
	}
	m.Name, m.Serial, m.Issued, m.Expires = release.Name, m.Serial+1, now.UTC().Truncate(time.Second), now.Add(e.Life).UTC().Truncate(time.Second)
	if err := change(&m); err != nil {
		return m, err
	}
	slices.SortFunc(m.Releases, func(a, b release.Release) int { return release.Compare(b.Version, a.Version) })
	text, signature, err := m.Sign(e.Key)
	if err != nil {
		return m, err
	}
	return m, errors.Join(e.replace(release.SignatureFile, signature), e.replace(release.ManifestFile, text))
}

// read returns the list in the folder, whatever its age. Without one it is empty.
func (e Editor) read() (m release.Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(e.Dir, release.ManifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	signature, _ := os.ReadFile(filepath.Join(e.Dir, release.SignatureFile)) // without one, nobody has signed it
	public, _ := e.Key.Public().(minisign.PublicKey)                         // it is one
	if !e.Foreign && !minisign.Verify(public, text, signature) {
		return m, ErrForeign
	}
	return release.Parse(text)
}

// replace replaces a file of the folder as a whole.
func (e Editor) replace(name string, text []byte) error {
	path := filepath.Join(e.Dir, name)
	if err := os.WriteFile(path+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Stage says for how many of the devices a version is, and from when on. What failed before counts no more.
func Stage(m *release.Manifest, version string, percent int, notBefore time.Time) error {
	for i, r := range m.Releases {
		if r.Version == version {
			m.Releases[i].Percent, m.Releases[i].NotBefore, m.Releases[i].Staged = percent, notBefore, m.Serial
			return nil
		}
	}
	return fmt.Errorf("%w: %s", ErrNoRelease, version)
}

// Add copies the programs of a version into the folder, and returns its release. Each must be for another platform.
func (e Editor) Add(version string, programs []string) (release.Release, error) {
	r := release.Release{Version: version}
	if !release.IsVersion(version) {
		return r, fmt.Errorf("%q is no version such as 1.2.0", version)
	}
	contents := map[string][]byte{}
	for _, path := range programs {
		program, err := os.ReadFile(path)
		if err != nil {
			return r, err
		}
		f, err := fileOf(version, program)
		if err != nil {
			return r, fmt.Errorf("%s: %w", path, err)
		}
		if contents[f.Name] != nil {
			return r, fmt.Errorf("%s: there are two programs for %s", path, f.Platform)
		}
		contents[f.Name] = program
		r.Files = append(r.Files, f)
	}
	for name, program := range contents {
		if err := e.replace(name, program); err != nil {
			return r, err
		}
	}
	return r, nil
}

// fileOf returns what the list has of a program.
func fileOf(version string, program []byte) (release.File, error) {
	platform, err := platformOf(program)
	if err != nil {
		return release.File{}, err
	}
	if !bytes.Contains(program, []byte(version)) { // each PC would take it for a failure, and go back
		return release.File{}, fmt.Errorf("it does not say that it is version %s", version)
	}
	name := "jumun-" + version + "-" + strings.ReplaceAll(platform, "/", "-")
	if strings.HasPrefix(platform, "windows/") {
		name += ".exe"
	}
	sum := sha256.Sum256(program)
	return release.File{Platform: platform, Name: name, Size: int64(len(program)), SHA256: hex.EncodeToString(sum[:])}, nil
}

// platformOf returns the platform of a program, as Go has written it there.
func platformOf(program []byte) (string, error) {
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return "", fmt.Errorf("it is no program of Go (%w)", err)
	}
	var goos, goarch string
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS":
			goos = s.Value
		case "GOARCH":
			goarch = s.Value
		}
	}
	return release.Platform(goos, goarch), nil
}

// Remove removes a version from the list, and returns the names of its files, which may be deleted then.
func Remove(m *release.Manifest, version string) (files []string, err error) {
	r, ok := m.Release(version)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoRelease, version)
	}
	for _, f := range r.Files {
		files = append(files, f.Name)
	}
	m.Releases = slices.DeleteFunc(m.Releases, func(r release.Release) bool { return r.Version == version })
	return files, nil
}

// Revoke makes a version one that nobody may run, or takes that back.
func Revoke(m *release.Manifest, version string, undo bool) error {
	if !release.IsVersion(version) {
		return fmt.Errorf("%q is no version such as 1.2.0", version)
	}
	m.Revoked = slices.DeleteFunc(m.Revoked, func(v string) bool { return v == version })
	if !undo {
		m.Revoked = append(m.Revoked, version)
	}
	return nil
}
