package token

import (
	"encoding/json"
	"errors"
)

var (
	// ErrNotInFile means that the key file does not have a key.
	ErrNotInFile = errors.New("the key file does not have this key")
	// ErrLastOwn means that the servers could not sign any more.
	ErrLastOwn = errors.New("it is the last key of the servers in the file: without it they cannot sign")
)

// RemoveKey takes the key kid out of the key file at path, and keeps every other member of the file. It
// leaves the file as it was if it returns an error.
func RemoveKey(path, kid string) error {
	path, unlock, err := lockFile(path)
	if err != nil {
		return err
	}
	defer unlock()
	raw, err := readFile(path)
	if err != nil {
		return err
	}
	if raw, err = withoutKey(raw, kid); err != nil {
		return err
	}
	return writeFile(path, raw)
}

// withoutKey returns a key file without one of its keys.
func withoutKey(raw []byte, kid string) ([]byte, error) {
	was, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	gone, known := was.byID[kid]
	left := was.Without(func(id string) bool { return id == kid })
	switch {
	case !known:
		return nil, ErrNotInFile
	case !gone.lent() && !newKeys(left.byAge).Own():
		return nil, ErrLastOwn
	}
	var set jwks
	var all, kept []json.RawMessage
	_ = json.Unmarshal(raw, &set) // Parse took it
	_ = json.Unmarshal(set["keys"], &all)
	for _, one := range all {
		if k, ours, _ := parseKey(one); !ours || k.id != kid {
			kept = append(kept, one)
		}
	}
	if set["keys"], err = json.Marshal(kept); err != nil {
		return nil, err
	}
	if raw, err = json.MarshalIndent(set, "", "  "); err == nil {
		_, err = Parse(raw)
	}
	return raw, err
}
