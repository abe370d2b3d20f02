package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// parse reads settings, and says what was wrong with those fields that are now defaults.
func parse(raw []byte) (Settings, error) {
	if len(raw) > maxFile {
		return Default(), fmt.Errorf("longer than %d bytes", maxFile)
	}
	fields, err := object(raw)
	if err != nil {
		return Default(), err
	}
	s := Default()
	var wrong []error
	for _, name := range fieldNames {
		if value, ok := fields[name]; ok {
			if err := set(&s, name, value); err != nil {
				wrong = append(wrong, err)
			}
		}
	}
	return s, errors.Join(wrong...)
}

// object reads a JSON object. Field names are compared exactly, as we write them.
func object(raw []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	if fields == nil {
		return nil, errors.New("null is not settings")
	}
	return fields, nil
}

// fieldNames are the JSON names of Settings. What server may be depends on insecure,
// which therefore is read before it.
var fieldNames = []string{
	"insecure", "server", "mart", "device", "ca",
	"volume", "tune", "sound", "repeat", "remind",
	"aging", "patience", "hours",
	"language", "scale", "login", "pin",
}

// set sets one field of s, unless value is none that Save would write.
func set(s *Settings, name string, value json.RawMessage) error {
	with := *s
	one, _ := json.Marshal(map[string]json.RawMessage{name: value}) // value was JSON
	if err := json.Unmarshal(one, &with); err != nil {
		return err
	}
	with = Clean(with)
	if problem := Check(with)[name]; problem != "" && !isMissing(problem) {
		return errors.New(problem)
	}
	*s = with
	return nil
}

// isMissing reports whether problem is a field that nobody has filled in yet.
func isMissing(problem string) bool { return strings.HasSuffix(problem, "-missing") }

// merge is s as JSON, with the unknown fields of the file at path.
func merge(path string, s Settings) ([]byte, error) {
	fields := make(map[string]json.RawMessage)
	if old, err := read(path); err == nil && len(old) <= maxFile {
		if known, err := object(old); err == nil {
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
	return json.MarshalIndent(fields, "", "  ")
}
