package token

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// AddKey puts a new key into the key file at path, made at now and limited to roles and marts
// (none: not limited), and returns its kid. A file that is not there is made. One that
// cannot be read as a key file is left as it is, with an error, and so is everything in it
// that is not ours. Only this user may read what Add has written. Do not call it twice at
// once for one file.
func AddKey(path string, roles []wire.Role, marts []order.MartID, now time.Time) (kid string, err error) {
	if linked, err := filepath.EvalSymlinks(path); err == nil {
		path = linked // or the link would be replaced, and not the file
	}
	set, err := readSet(path)
	if err != nil {
		return "", err
	}
	added := jwk{Type: "oct", ID: newID(now), Algorithm: algorithm, Use: "sig", Made: now.Unix(),
		Secret: base64.RawURLEncoding.EncodeToString(newSecret()), Roles: roles, Marts: marts}
	raw, err := set.with(added)
	if err == nil {
		err = write(path, raw)
	}
	if err != nil {
		return "", err
	}
	return added.ID, nil
}

func readSet(path string) (set, error) {
	raw, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return set{}, nil
	}
	if err == nil {
		_, err = Parse(raw)
	}
	if err != nil {
		return nil, err
	}
	var s set
	return s, json.Unmarshal(raw, &s)
}

// with is the file with one key more. It is read back, so that nothing is written that
// would be refused.
func (s set) with(added jwk) ([]byte, error) {
	var keys []json.RawMessage
	if raw, ok := s["keys"]; ok {
		if err := json.Unmarshal(raw, &keys); err != nil {
			return nil, fmt.Errorf("read the keys: %w", err)
		}
	}
	raw, err := json.Marshal(added)
	if err != nil {
		return nil, err
	}
	if s["keys"], err = json.Marshal(append(keys, raw)); err != nil {
		return nil, err
	}
	if raw, err = json.MarshalIndent(s, "", "  "); err != nil {
		return nil, err
	}
	_, err = Parse(raw)
	return raw, err
}

// write replaces the file at path, or leaves it as it was.
func write(path string, raw []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	// Data must be on the disk before its name is, or a power cut leaves an empty file.
	_, err = f.Write(append(raw, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// syncDir puts the new name on the disk. Windows does it by itself and cannot be asked.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
