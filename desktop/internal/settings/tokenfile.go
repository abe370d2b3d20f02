package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"jumun/desktop/internal/atomicfile"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxTokens is more than the marts that any PC was moved between. That many tokens and
// addresses fit in maxFile. A further one replaces the oldest.
const maxTokens = 6

// A tokenEntry is one token in the file.
type tokenEntry struct {
	Server string       `json:"server"`
	Mart   order.MartID `json:"mart"`
	Token  string       `json:"token"`
}

func (e tokenEntry) isFor(server string, mart order.MartID) bool {
	return e.Server == server && e.Mart == mart
}

// tokenEntries are the entries of the file, oldest first.
type tokenEntries []tokenEntry

// find returns the token for server and mart, or "".
func (t tokenEntries) find(server string, mart order.MartID) string {
	for _, e := range t {
		if e.isFor(server, mart) {
			return e.Token
		}
	}
	return ""
}

func (t tokenEntries) without(server string, mart order.MartID) tokenEntries {
	return slices.DeleteFunc(slices.Clone(t), func(e tokenEntry) bool { return e.isFor(server, mart) })
}

// parseTokens reads the file. One bad entry makes the whole file invalid.
func parseTokens(raw []byte) (tokenEntries, error) {
	if len(raw) > maxFile {
		return nil, fmt.Errorf("longer than %d bytes", maxFile)
	}
	var t tokenEntries
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, err
	}
	if len(t) > maxTokens {
		return nil, fmt.Errorf("more than %d tokens", maxTokens)
	}
	for _, e := range t {
		if e.Server == "" || e.Mart == "" || e.Token == "" || len(e.Token) > wire.MaxToken {
			return nil, errors.New("an entry is incomplete or too long")
		}
	}
	return t, nil
}

// load reads the file. It keeps a damaged one as path + ".bad", and returns no entries.
func (t *TokenStore) load() (tokenEntries, error) {
	raw, err := readFile(t.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	entries, err := parseTokens(raw)
	if err != nil {
		t.log.Error("the token file is damaged and was set aside", "kept", t.path+damaged, "err", err)
		return nil, atomicfile.Rename(t.path, t.path+damaged)
	}
	return entries, nil
}

func (t *TokenStore) saveToFile(server string, mart order.MartID, token string) error {
	entries, err := t.load()
	if err != nil {
		return err
	}
	entries = append(entries.without(server, mart), tokenEntry{server, mart, token})
	return t.writeFile(entries[max(0, len(entries)-maxTokens):])
}

func (t *TokenStore) deleteFromFile(server string, mart order.MartID) error {
	entries, err := t.load()
	if err != nil || entries.find(server, mart) == "" {
		return err
	}
	if entries = entries.without(server, mart); len(entries) == 0 {
		return os.Remove(t.path)
	}
	return t.writeFile(entries)
}

func (t *TokenStore) writeFile(entries tokenEntries) error {
	raw, err := json.MarshalIndent(entries, "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.Write(t.path, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	return nil
}
