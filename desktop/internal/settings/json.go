package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// parse reads settings. A field that is wrong has its default, and the error says why.
func parse(raw []byte) (Settings, error) {
	if len(raw) > maxFile {
		return Default(), fmt.Errorf("longer than %d bytes", maxFile)
	}
	fields, err := parseObject(raw)
	if err != nil {
		return Default(), err
	}
	s := Default()
	var wrong []error
	for _, name := range fieldNames {
		if value, ok := fields[name]; ok {
			if err := setField(&s, name, value); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	return s, errors.Join(wrong...)
}

// parseObject reads a JSON object. The names of its fields must be exactly as we write them.
func parseObject(raw []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	if fields == nil {
		return nil, errors.New("null is not settings")
	}
	return fields, nil
}

// fieldNames are the JSON names of Settings, in the order in which they are read. Whether
// server is valid depends on insecure, which therefore comes first.
var fieldNames = []string{
	"insecure", "server", "mart", "device", "ca",
	"volume", "tune", "sound", "raise", "digits", "repeat", "remind",
	"aging", "patience", "hours", "awake",
	"language", "scale", "login", "pin",
}

// setField sets one field of s. It returns an error if Save would not write value.
func setField(s *Settings, name string, value json.RawMessage) error {
	changed := *s
	field, _ := json.Marshal(map[string]json.RawMessage{name: value}) // cannot fail: value was JSON
	if err := json.Unmarshal(field, &changed); err != nil {
		return err
	}
	changed = Clean(changed)
	if problem := Check(changed)[name]; problem != "" && !isMissing(problem) {
		return errors.New(problem)
	}
	*s = changed
	return nil
}

// isMissing reports whether a problem of Check is only a field that is not filled in yet.
func isMissing(problem string) bool { return strings.HasSuffix(problem, "-missing") }

// merge returns s as the content of a file, with the unknown fields of the file at path.
func merge(path string, s Settings) ([]byte, error) {
	fields := make(map[string]json.RawMessage)
	if old, err := readFile(path); err == nil && len(old) <= maxFile {
		if known, err := parseObject(old); err == nil {
			fields = known
		}
	}
	for name := range fields {
		if slices.Contains(fieldNames, strings.ToLower(name)) {
			delete(fields, name)
		}
	}
	ours, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(ours, &fields); err != nil {
		return nil, err
	}
	raw, err := json.MarshalIndent(fields, "", "  ")
	return append(raw, '\n'), err
}
