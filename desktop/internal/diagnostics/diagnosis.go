// Package diagnostics packs what somebody who helps from afar needs to know of this PC into
// one zip file, without secrets and without what customers ordered.
package diagnostics

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

const (
	// most is how much of the logs is packed, in bytes before it is compressed: a zip of
	// it can be sent by mail. The newest come first; the oldest are cut off.
	most = 20 << 20
	// errorsKept is how many of the last errors are listed. The logs have all.
	errorsKept = 200
)

// packed are the files of the log folder that are packed. Nothing else is, whatever
// somebody puts there.
var packed = [...]string{"crash-*.txt", "jumun*.log"}

// Contents are what is packed.
type Contents struct {
	LogDir   string // the log files and the reports of crashes are here
	Settings settings.Settings
	Status   *ipc.Status // nil: it is not known
	Version  string      // of jumun
}

// Write writes the zip. What cannot be read is named in it in place of its text, for that
// helps as well; only what keeps w from being written is an error. It can take seconds.
func Write(w io.Writer, in Contents) error {
	z := zip.NewWriter(w)
	last := &errorLines{}
	err := errors.Join(
		entry(z, "versions.txt", []byte(versions(in.Version))),
		asJSON(z, "settings.json", withoutSecrets(in.Settings)),
		asJSON(z, "status.json", withoutOrders(in.Status)),
		logs(z, in.LogDir, most, last),
		entry(z, "errors.txt", last.text()),
	)
	return errors.Join(err, z.Close())
}

// withoutSecrets is s without what opens something.
func withoutSecrets(s settings.Settings) settings.Settings {
	s.PIN = ""
	return s
}

// withoutOrders is s without what customers bought: a number is enough to look one up.
func withoutOrders(s *ipc.Status) *ipc.Status {
	if s == nil {
		return nil
	}
	bare := *s
	bare.Waiting = slices.Clone(s.Waiting)
	for i := range bare.Waiting {
		bare.Waiting[i].Summary, bare.Waiting[i].Amount = "", ""
	}
	return &bare
}

func asJSON(z *zip.Writer, name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return entry(z, name, raw)
}

// entry packs text, masked. Everything that is packed passes here.
func entry(z *zip.Writer, name string, text []byte) error {
	return entryAt(z, name, time.Now(), mask(text))
}

func entryAt(z *zip.Writer, name string, changed time.Time, masked []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: changed})
	if err != nil {
		return err
	}
	_, err = f.Write(masked)
	return err
}

// logs packs that many bytes of the log files, the newest first, one in memory at a time.
func logs(z *zip.Writer, dir string, left int64, last *errorLines) error {
	for _, f := range newest(dir) {
		if left <= 0 {
			return nil
		}
		text, err := tail(filepath.Join(dir, f.Name()), left)
		left -= int64(len(text))
		if err != nil {
			text = fmt.Appendf(text, "cannot be read: %v\n", err)
		}
		text = mask(text)
		if filepath.Ext(f.Name()) == ".log" {
			last.before(text)
		}
		if err := entryAt(z, "log/"+f.Name(), f.ModTime(), text); err != nil {
			return err
		}
	}
	return nil
}

// newest are the files to pack, the newest first. Only regular files: a link could lead to
// anything.
func newest(dir string) (files []os.FileInfo) {
	for _, pattern := range packed {
		found, _ := filepath.Glob(filepath.Join(dir, pattern)) // the patterns are well formed, the folder may not be
		for _, path := range found {
			if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
				files = append(files, info)
			}
		}
	}
	slices.SortStableFunc(files, func(a, b os.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	return files
}
