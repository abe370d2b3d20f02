package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"
)

// secretPrefix begins a secret, as it is written down.
const secretPrefix = "whsec_"

// ErrSecret is why a secret is refused.
var ErrSecret = errors.New("a secret is whsec_ and 24 to 64 bytes as base64, such as from: echo whsec_$(openssl rand -base64 32)")

// ParseSecret reads a secret as it is written down.
func ParseSecret(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, secretPrefix))
	if err != nil || !strings.HasPrefix(text, secretPrefix) || len(raw) < 24 || len(raw) > 64 {
		return nil, ErrSecret
	}
	return raw, nil
}

// signatures returns the webhook-signature header: one signature for each secret.
func signatures(secrets [][]byte, m Message, at time.Time) string {
	all := make([]string, len(secrets))
	for i, secret := range secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(m.ID + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(m.Body)
		all[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(all, " ")
}
