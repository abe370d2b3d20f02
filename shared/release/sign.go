package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"aead.dev/minisign"
)

// The errors of Open that callers tell apart.
var (
	ErrSignature = errors.New("no key of this program has signed the list of releases")
	ErrOld       = errors.New("the list of releases is older than one that was seen before")
	ErrExpired   = errors.New("the list of releases has expired")
)

// Keys are the public keys of which each may sign a manifest.
type Keys []minisign.PublicKey

// ParseKeys reads public keys as minisign writes them, with commas or blanks between them. There may be none.
func ParseKeys(text string) (keys Keys, err error) {
	for field := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		var key minisign.PublicKey
		if err := key.UnmarshalText([]byte(field)); err != nil {
			return nil, fmt.Errorf("%.80q is no public key of minisign (%w)", field, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// Open returns the manifest in text if one of the keys has signed it, it is not older than the one with serial
// seen, and has not expired by now.
func (k Keys) Open(text, signature []byte, seen int64, now time.Time) (Manifest, error) {
	if len(text) > MaxManifest || len(signature) > MaxSignature || !k.signed(text, signature) {
		return Manifest{}, ErrSignature
	}
	m, err := Parse(text)
	switch {
	case err != nil:
		return Manifest{}, err
	case m.Serial < seen:
		return Manifest{}, fmt.Errorf("%w: serial %d after %d", ErrOld, m.Serial, seen)
	case !now.Before(m.Expires):
		return Manifest{}, fmt.Errorf("%w: at %s", ErrExpired, m.Expires.Format(time.RFC3339))
	}
	return m, nil
}

func (k Keys) signed(text, signature []byte) bool {
	for _, key := range k {
		if minisign.Verify(key, text, signature) {
			return true
		}
	}
	return false
}

// Sign returns m as text, and its signature.
func (m Manifest) Sign(key minisign.PrivateKey) (text, signature []byte, err error) {
	if err := m.check(); err != nil {
		return nil, nil, err
	}
	text, err = json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	text = append(text, '\n')
	if len(text) > MaxManifest {
		return nil, nil, fmt.Errorf("the list of releases would have more than %d bytes: remove versions that nobody runs", MaxManifest)
	}
	comment := fmt.Sprintf("%s releases, serial %d, expires %s", m.Name, m.Serial, m.Expires.Format(time.RFC3339))
	return text, minisign.SignWithComments(key, text, comment, "signature of "+ManifestFile), nil
}
