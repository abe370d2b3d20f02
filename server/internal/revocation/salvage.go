package revocation

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"jumun/shared/wire"
)

// leftoverAfter is how old a temporary file is that no server is writing any more.
const leftoverAfter = time.Hour

// readBackup returns what can be read of the file at path, and how many lines of it cannot. An error means
// that the file cannot be read at all.
func readBackup(path string) (kept []wire.Revocation, broken int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxBackup))
	if err != nil {
		return nil, 0, err
	}
	var whole wire.Revocations
	if json.Unmarshal(raw, &whole) == nil && whole.Revocations != nil {
		kept, broken = usable(whole.Revocations)
		return kept, broken, nil
	}
	kept, broken = salvage(raw)
	return kept, broken, nil
}

// usable returns those of list that say what was revoked when, and how many do not.
func usable(list []wire.Revocation) (kept []wire.Revocation, broken int) {
	for _, r := range list {
		if isUsable(r) {
			kept = append(kept, r)
		} else {
			broken++
		}
	}
	return kept, broken
}

func isUsable(r wire.Revocation) bool {
	return r.Check() == nil && !(r.At.IsZero() && r.UndoneAt.IsZero())
}

// salvage reads a damaged file line by line: each has one revocation.
func salvage(raw []byte) (kept []wire.Revocation, broken int) {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		line := bytes.TrimSuffix(bytes.TrimSpace(lines.Bytes()), []byte(","))
		var r wire.Revocation
		switch {
		case len(line) == 0 || string(line) == backupBegin || string(line) == backupEnd:
		case json.Unmarshal(line, &r) == nil && isUsable(r):
			kept = append(kept, r)
		default:
			broken++
		}
	}
	return kept, max(broken, 1) // at least an end is missing
}

// setAside copies a damaged file, and returns the path of the copy. An empty one does not replace what was
// kept before.
func setAside(path string) string {
	aside := path + ".bad"
	raw, err := os.ReadFile(path)
	if err == nil && len(raw) > 0 {
		err = os.WriteFile(aside, raw, 0o600)
	}
	if err != nil {
		return err.Error()
	}
	return aside
}

// removeLeftovers removes what a server that was killed while it wrote has left behind.
func removeLeftovers(path string) {
	ours := regexp.MustCompile(`^` + regexp.QuoteMeta(filepath.Base(path)) + `\.\d+$`)
	entries, _ := os.ReadDir(filepath.Dir(path)) // what cannot be listed stays
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && ours.MatchString(e.Name()) && time.Since(info.ModTime()) > leftoverAfter {
			_ = os.Remove(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}
