package releases

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"aead.dev/minisign"
)

// NewKey writes a new key that signs lists of releases to a file that must not exist, encrypted if there is a
// password, and its public part to the same name with ".pub". It returns the public part, as programs have it built in.
func NewKey(path, password string) (public string, err error) {
	key, private, err := minisign.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	text, err := private.MarshalText()
	if password != "" {
		text, err = minisign.EncryptKey(password, private)
	}
	if err != nil {
		return "", err
	}
	comment, err := key.MarshalText()
	if err == nil {
		err = writeNew(path, append(text, '\n'), 0o600)
	}
	if err == nil {
		err = writeNew(path+".pub", append(comment, '\n'), 0o644)
	}
	return key.String(), err
}

func writeNew(path string, text []byte, mode os.FileMode) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Sync(), file.Close())
}

// ErrPassword means that a key is encrypted, and the password is not the right one.
var ErrPassword = errors.New("the password of the release key is missing, or wrong")

// ReadKey reads a key of NewKey, or one that minisign has made.
func ReadKey(path, password string) (key minisign.PrivateKey, err error) {
	text, err := os.ReadFile(path)
	switch {
	case err != nil:
		return key, err
	case minisign.IsEncrypted(text):
		if key, err = minisign.DecryptKey(password, text); err != nil {
			return key, fmt.Errorf("%w (%w)", ErrPassword, err)
		}
		return key, nil
	}
	return key, key.UnmarshalText(text)
}
