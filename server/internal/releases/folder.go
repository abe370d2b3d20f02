// Package releases has the versions of the app in a folder: a server gives them to devices, and an operator
// signs their list.
package releases

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"jumun/shared/release"
)

// lookEvery is how old the answer to the question whether the folder has changed may be: somebody copies files into
// it once in weeks, and thousands of devices ask.
const lookEvery = time.Second

// A Folder is a folder of releases, as a server reads it. It is safe for concurrent use.
type Folder struct {
	root *os.Root

	mu     sync.Mutex
	looked time.Time
	was    [2]fs.FileInfo // of the files of now
	now    Signed
	err    error // why now is not the newest
}

// Signed is a list of releases beside its signature. A server does not check who signed it: devices do.
type Signed struct {
	Text, Signature []byte
	release.Manifest
}

// Open opens the folder at path. There may be nothing in it yet.
func Open(path string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Folder{root: root}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Current returns the list of releases. If the files in the folder cannot be used, it returns the last list that
// could, and why.
func (f *Folder) Current() (Signed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.looked) < lookEvery {
		return f.now, f.err
	}
	f.looked = time.Now()
	is, err := f.stat()
	if err == nil && sameFile(is[0], f.was[0]) && sameFile(is[1], f.was[1]) {
		return f.now, f.err
	}
	if err == nil {
		err = f.read()
	}
	f.was, f.err = is, err
	return f.now, f.err
}

func (f *Folder) stat() (is [2]fs.FileInfo, err error) {
	for i, name := range []string{release.ManifestFile, release.SignatureFile} {
		if is[i], err = f.root.Stat(name); err != nil {
			return [2]fs.FileInfo{}, err
		}
	}
	return is, nil
}

func sameFile(a, b fs.FileInfo) bool {
	return b != nil && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime()) && os.SameFile(a, b)
}

func (f *Folder) read() (err error) {
	var s Signed
	if s.Text, err = f.readFile(release.ManifestFile, release.MaxManifest); err != nil {
		return err
	}
	if s.Signature, err = f.readFile(release.SignatureFile, release.MaxSignature); err != nil {
		return err
	}
	if s.Manifest, err = release.Parse(s.Text); err != nil {
		return err
	}
	f.now = s
	return nil
}

func (f *Folder) readFile(name string, limit int64) ([]byte, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readLimited(file, limit)
}

// ErrNoFile means that the list has no file with that sum.
var ErrNoFile = errors.New("the list of releases has no such file")

// OpenFile opens the file with a sum. The caller closes it.
func (f *Folder) OpenFile(sum string) (*os.File, release.File, error) {
	list, _ := f.Current() // an older list than the newest has files, too
	for _, r := range list.Releases {
		for _, is := range r.Files {
			if is.SHA256 == sum {
				file, err := f.openWhole(is)
				return file, is, err
			}
		}
	}
	return nil, release.File{}, ErrNoFile
}

// openWhole opens a file, unless it is being copied.
func (f *Folder) openWhole(is release.File) (*os.File, error) {
	file, err := f.root.Open(is.Name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && (info.Size() != is.Size || !info.Mode().IsRegular()) {
		err = fmt.Errorf("%s has %d bytes, and not %d", is.Name, info.Size(), is.Size)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
