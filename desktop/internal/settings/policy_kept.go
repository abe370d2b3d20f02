package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"jumun/desktop/internal/atomicfile"
)

// keptPath returns where the last policy that was right is kept, beside the settings at path.
func keptPath(path string) string { return filepath.Join(filepath.Dir(path), "policy.kept.json") }

// KeepPolicy stores what p decides beside the settings at path, for a start at which a value of the policy cannot be used:
// see Load. The enrolment key is secret, and of no use to a PC that is paired: it is not stored.
func KeepPolicy(path string, p Policy) error {
	values := map[string]string{}
	s, updates := Settings{Server: p.Server, Mart: p.Mart, Hours: p.Hours}, p.Updates
	for _, v := range policyValues(&s, &updates) {
		if *v.text != "" {
			values[v.name] = *v.text
		}
	}
	raw, err := json.MarshalIndent(values, "", "  ")
	if err == nil {
		err = replaceKept(keptPath(path), raw, len(values) == 0)
	}
	if err != nil {
		return fmt.Errorf("keep the policy: %w", err)
	}
	return nil
}

// replaceKept makes raw the content of file, or removes it if there is nothing to keep.
func replaceKept(file string, raw []byte, nothing bool) error {
	if nothing {
		return removeIfExists(file)
	}
	if old, err := readFile(file); err == nil && bytes.Equal(old, raw) {
		return nil
	}
	return atomicfile.Write(file, raw, 0o600)
}

func removeIfExists(file string) error {
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// keptPolicy returns the policy that KeepPolicy stored; none if it cannot be read.
func keptPolicy(path string) Policy {
	var stored map[string]string
	raw, err := readFile(keptPath(path))
	if err != nil || json.Unmarshal(raw, &stored) != nil {
		return Policy{}
	}
	values := map[string]string{}
	for name, text := range stored {
		values[strings.ToLower(name)] = text
	}
	return parsePolicy(values, nil)
}
