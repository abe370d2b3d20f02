package token

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// AddKey adds a new key to the key file at path and returns its kid. The key may sign for
// these roles and marts only; none means all. AddKey creates the file if it does not exist.
// It leaves a file that is not a key file as it is, and returns an error. It keeps every
// member of the file, unknown ones too. Only this user may read what it has written.
func AddKey(path string, roles []wire.Role, marts []order.MartID, now time.Time) (kid string, err error) {
	path, unlock, err := lockFile(path)
	if err != nil {
		return "", err
	}
	defer unlock()
	added := jwk{Type: "oct", ID: newID(now), Algorithm: algorithm, Use: "sig", Made: now.Unix(),
		Secret: base64.RawURLEncoding.EncodeToString(newSecret()), Roles: roles, Marts: marts}
	raw, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = []byte("{}"), nil
	} else if err == nil {
		_, err = Parse(raw)
	}
	if err == nil {
		raw, err = withKey(raw, added)
	}
	if err == nil {
		err = writeFile(path, raw)
	}
	if err != nil {
		return "", err
	}
	return added.ID, nil
}

// withKey returns a key file with one more key. It parses the result, so that nothing is
// written that a server would refuse.
func withKey(raw []byte, added jwk) ([]byte, error) {
	var set jwks
	var keys []json.RawMessage
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, err
	}
	_ = json.Unmarshal(set["keys"], &keys) // a new file has none
	one, err := json.Marshal(added)
	if err != nil {
		return nil, err
	}
	if set["keys"], err = json.Marshal(append(keys, one)); err != nil {
		return nil, err
	}
	if raw, err = json.MarshalIndent(set, "", "  "); err != nil {
		return nil, err
	}
	_, err = Parse(raw)
	return raw, err
}

// Throwaway returns one new key that is in no file: its tokens are good until the process ends.
func Throwaway(now time.Time) *Keys {
	secret := newSecret()
	return newKeys([]key{{id: newID(now), secret: secret, mark: markOf(secret), made: now.Unix()}})
}

// newID returns a kid that shows people when the key was made: 20261123-abcdefgh.
func newID(now time.Time) string {
	return now.UTC().Format("20060102") + "-" + strings.ToLower(rand.Text()[:8])
}

func newSecret() []byte {
	secret := make([]byte, minSecret)
	_, _ = rand.Read(secret) // it never fails
	return secret
}

// lockFile waits until no other process changes the key file at path, and keeps others from it until
// unlock is called. It returns where the file is. The lock is a file beside it, which stays: the key file
// itself is replaced.
func lockFile(path string) (target string, unlock func(), err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // else the rename would replace the link instead of the file
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return "", nil, fmt.Errorf("lock the key file: %w", err)
	}
	return path, func() { _ = lock.Unlock() }, nil
}

// writeFile replaces the file at path atomically, or leaves it as it was.
func writeFile(path string, raw []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	// The data must be on the disk before the rename, or a power cut leaves an empty file.
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

// syncDir brings the new name of a file to the disk. Windows does so by itself, and has no
// call for it.
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
