// Package webhook delivers messages to targets over HTTP, as Standard Webhooks says
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md): each is signed, and
// tried again under the same webhook-id until the target has taken it or half an hour is over.
//
// What waits is in Redis, a queue for each target, so that it survives the servers, and a target that is dead
// delays no other. Redis 6.2 or newer is needed.
package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
)

// The formats of a body.
const (
	Standard = "standard" // the whole message, signed
	Slack    = "slack"    // {"text":"…"}, as incoming webhooks of Slack, Mattermost and others take it; not signed
)

// A Target is where messages go.
type Target struct {
	Name    string // for people, and metrics
	URL     *url.URL
	Secrets [][]byte // each signs: several while they change
	Format  string
	// AllowHTTP allows http://, by which whoever is on the way reads the messages. AllowPrivate allows addresses
	// that only machines of this network have.
	AllowHTTP, AllowPrivate bool
}

// key names the queue of t in Redis. A target whose URL is put right gets what waits for it.
func (t Target) key() string { return digest(t.Name) }

// offKey names where it stands that t wants no more messages: at another URL it may want them.
func (t Target) offKey() string { return "off:" + digest(t.URL.String()) }

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// A Message is what a target gets.
type Message struct {
	ID   string // webhook-id: the same for every attempt, and for no other message
	Body []byte // JSON
}
