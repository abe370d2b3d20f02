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
		fields = salvage(decodeText(raw))
	}
	s := Default()
	for _, name := range fieldNames {
		if value, ok := fields[name]; ok {
			if why := setField(&s, name, value); why != nil {
				err = errors.Join(err, &FieldError{name, why.Error()})
			}
		}
	}
	return s, err
}

// A FieldError is why a field of the file was not used.
type FieldError struct {
	Name    string // as in the file
	Problem string // ID of a text for people
}

func (e *FieldError) Error() string { return e.Name + ": " + e.Problem }

// parseObject reads a JSON object. The names of its fields must be exactly as we write them.
func parseObject(raw []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(tidy(decodeText(raw)), &fields); err != nil {
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
	"insecure", "server", "mart", "enrol", "martName", "device", "ca",
	"volume", "tune", "sound", "raise", "digits", "repeat", "remind",
	"aging", "patience", "hours", "awake",
	"language", "scale", "popup", "flash", "login", "noUpdates", "pin",
}

// setField sets one field of s. The error is the ID of a text: Save would not write value.
func setField(s *Settings, name string, value json.RawMessage) error {
	changed := *s
	if !decodeField(&changed, name, value) && !decodeField(&changed, name, retyped(value)) {
		return errUnreadable
	}
	changed = Clean(changed)
	if problem := Check(changed)[name]; problem != "" && !isMissing(problem) {
		return errors.New(problem)
	}
	*s = changed
	return nil
}

// decodeField sets one field of s and reports whether value, which may be nil, is one of its kind.
func decodeField(s *Settings, name string, value json.RawMessage) bool {
	if value == nil {
		return false
	}
	changed := *s
	field, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err != nil || json.Unmarshal(field, &changed) != nil {
		return false
	}
	*s = changed
	return true
}

// isMissing reports whether a problem of Check is only a field that is not filled in yet.
func isMissing(problem string) bool { return strings.HasSuffix(problem, "-missing") }

// merge returns s as the content of a file. Of the file at path it keeps the fields that are unknown, and those
// that a policy decides.
func merge(path string, s Settings) ([]byte, error) {
	fields := make(map[string]json.RawMessage)
	if old, err := readFile(path); err == nil && len(old) <= maxFile {
		if known, err := parseObject(old); err == nil {
			fields = known
		}
	}
	managed := s.Policy.Managed()
	for name := range fields {
		if !slices.Contains(managed, name) && slices.ContainsFunc(fieldNames, func(ours string) bool { return strings.EqualFold(ours, name) }) {
			delete(fields, name)
		}
	}
	ours, err := objectOf(s)
	if err != nil {
		return nil, err
	}
	for name, value := range ours {
		if !slices.Contains(managed, name) {
			fields[name] = value
		}
	}
	raw, err := json.MarshalIndent(fields, "", "  ")
	return append(raw, '\n'), err
}

// objectOf returns the fields of s as a file has them.
func objectOf(s Settings) (fields map[string]json.RawMessage, err error) {
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &fields)
	}
	return fields, err
}
