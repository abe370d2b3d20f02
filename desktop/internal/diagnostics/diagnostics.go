// Package diagnostics packs what remote support needs to know about this PC into one zip
// file, without secrets and without what customers ordered.
package diagnostics

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// maxLogs is how much of the logs is packed, in bytes before compression: the zip can be
// sent by mail. The newest files come first, and the oldest are cut off.
const maxLogs = 20 << 20

// Contents are what Write packs.
type Contents struct {
	LogDir   string // the folder of the log files and the crash reports
	Settings settings.Settings
	Status   *ipc.Status // nil if it is not known
	Version  string      // of jumun
}

// Write writes the zip, which can take seconds. If a file cannot be read, the zip contains
// the error in its place, which helps as well. Write returns an error only if it cannot
// write to w.
func Write(w io.Writer, in Contents) error {
	z := zip.NewWriter(w)
	lastErrors := &errorLines{}
	err := errors.Join(
		addFile(z, "versions.txt", []byte(versions(in.Version))),
		addJSON(z, "settings.json", in.Settings.WithoutSecrets()),
		addJSON(z, "status.json", withoutOrders(in.Status)),
		addLogs(z, in.LogDir, maxLogs, lastErrors),
		addFile(z, "errors.txt", lastErrors.text()),
	)
	return errors.Join(err, z.Close())
}

// withoutOrders returns s without what customers bought: the number is enough to find an
// order.
func withoutOrders(s *ipc.Status) *ipc.Status {
	if s == nil {
		return nil
	}
	c := *s
	c.Waiting, c.Cancelled = withoutDetails(s.Waiting), withoutDetails(s.Cancelled)
	return &c
}

func withoutDetails(cards []ipc.Card) []ipc.Card {
	cards = slices.Clone(cards)
	for i := range cards {
		cards[i].Summary, cards[i].Amount = "", ""
	}
	return cards
}

func addJSON(z *zip.Writer, name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return addFile(z, name, raw)
}

// addFile adds a file with text, in which it masks secrets.
func addFile(z *zip.Writer, name string, text []byte) error {
	return addMasked(z, name, time.Now(), mask(text))
}

// addMasked adds a file in which secrets are masked already.
func addMasked(z *zip.Writer, name string, modified time.Time, masked []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: modified})
	if err != nil {
		return err
	}
	_, err = f.Write(masked)
	return err
}
