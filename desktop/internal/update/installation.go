package update

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"jumun/desktop/internal/atomicfile"
	"jumun/shared/release"
)

// nextMark is what the file name of the next program has before its extension.
const nextMark = ".new"

// copyMark ends the file name of a copy of the next program until it takes the place of the old one.
const copyMark = ".copy"

// stateName is the name of the state, beside the settings.
const stateName = "update.json"

// An Installation is where the program of this user is.
type Installation struct {
	program   string // the file that the system starts
	next      string // the file of the next program
	isNext    bool   // this process runs from next
	statePath string
	version   string // of this process
}

// Find returns the installation of which executable is a program. Its state is beside the settings.
func Find(executable, settingsPath, version string) Installation {
	program := Home(executable)
	ext := programExt(program)
	return Installation{
		program: program, next: strings.TrimSuffix(program, ext) + nextMark + ext, isNext: program != executable,
		statePath: filepath.Join(filepath.Dir(settingsPath), stateName), version: version,
	}
}

// Home returns the file that the system starts, of an executable that may be the next program.
func Home(executable string) string {
	ext := programExt(executable)
	return strings.TrimSuffix(strings.TrimSuffix(executable, ext), nextMark) + ext
}

// programExt returns the extension of a program, which is empty but on Windows.
func programExt(path string) string {
	if strings.EqualFold(filepath.Ext(path), ".exe") {
		return filepath.Ext(path)
	}
	return ""
}

// isOurs reports whether this user may replace the program: the system's own folders belong to its packages. Users who
// share a program would delete each other's next one: whoever owns the file updates it.
func (i Installation) isOurs() bool {
	for _, folder := range systemFolders() {
		if folder != "" && strings.HasPrefix(i.program, folder) {
			return false
		}
	}
	if !isOwner(i.program) {
		return false
	}
	probe, err := os.CreateTemp(filepath.Dir(i.program), ".jumun-*")
	if err != nil {
		return false
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name())) == nil
}

func systemFolders() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramFiles(x86)"), os.Getenv("SystemRoot")}
	case "darwin":
		return []string{"/"} // a bundle is signed as a whole
	}
	return []string{"/usr/", "/opt/", "/snap/", "/nix/"}
}

// tidy forgets the next program once it has taken its place, or is not there, and deletes what is left of others.
func (i Installation) tidy() error {
	if i.isNext || !isOwner(i.program) {
		return nil
	}
	if err := remove(i.program + copyMark); err != nil {
		return err
	}
	s := loadState(i.statePath)
	if s.Staged != nil && (release.Compare(i.version, s.Staged.Version) == 0 || i.verifyNext(*s.Staged) != nil) {
		s.Staged = nil
		if err := s.save(i.statePath); err != nil {
			return err
		}
	}
	if s.Staged == nil {
		return remove(i.next)
	}
	return nil
}

// verifyNext checks that the file of the next program is the one that was staged.
func (i Installation) verifyNext(s staged) error {
	sum, size, err := sumOf(i.next)
	if err == nil && (sum != s.SHA256 || size != s.Size) {
		err = errCorrupt
	}
	return err
}

var errCorrupt = errors.New("the file is not the one in the list of releases")

func sumOf(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), size, err
}

// settle makes the next program, which runs now, the one that the system starts: by one rename of a copy, so that a
// power cut leaves either the old one or the new one. On Windows a program that runs cannot be replaced: then it is an
// error, and can be tried again.
func (i Installation) settle() error {
	path := i.program + copyMark
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o700)
	if err != nil {
		return err
	}
	err = errors.Join(copyTo(file, i.next), file.Chmod(modeOf(i.program)), file.Sync(), file.Close())
	if err == nil {
		err = i.replaceBy(path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return atomicfile.SyncDir(filepath.Dir(i.program))
}

func (i Installation) replaceBy(path string) error {
	want, _, err := sumOf(i.next)
	if err != nil {
		return err
	}
	switch sum, _, err := sumOf(path); {
	case err != nil:
		return err
	case sum != want:
		return errCorrupt
	}
	return atomicfile.Rename(path, i.program)
}

func copyTo(to *os.File, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(to, from)
	return err
}

// modeOf returns the mode of a program.
func modeOf(path string) os.FileMode {
	if info, err := os.Stat(path); err == nil {
		return info.Mode().Perm() | 0o500
	}
	return 0o755
}

// stage makes a whole file at part the next program.
func (i Installation) stage(part string, c release.Choice, serial int64, now time.Time) error {
	sum, size, err := sumOf(part)
	if err == nil && (sum != c.SHA256 || size != c.Size) {
		err = errCorrupt
	}
	if err != nil {
		return errors.Join(err, remove(part))
	}
	if err := os.Chmod(part, modeOf(i.program)); err != nil {
		return err
	}
	s := loadState(i.statePath)
	if s.Staged != nil { // its file is replaced
		s.Staged = nil
		if err := s.save(i.statePath); err != nil {
			return err
		}
	}
	if err := atomicfile.Rename(part, i.next); err != nil {
		return err
	}
	s.Staged = &staged{Version: c.Version, Serial: serial, SHA256: c.SHA256, Size: c.Size, Since: now, Urgent: c.Urgent}
	return s.save(i.statePath)
}
