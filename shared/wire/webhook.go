package wire

import "time"

// WebhooksPath is the path of the targets of webhooks, and what failed there.
const WebhooksPath = "/v1/admin/webhooks"

// Webhooks are the targets of webhooks.
type Webhooks struct {
	Targets []WebhookTarget `json:"targets"` // never null
}

// A WebhookTarget is where webhooks go.
type WebhookTarget struct {
	Name     string           `json:"name"`
	Host     string           `json:"host"`              // of its URL, the rest of which may be a secret
	Waiting  int              `json:"waiting"`           // messages that it has not taken yet
	Failing  string           `json:"failing,omitempty"` // what became of the last attempt at one of those; empty: none has failed
	Off      string           `json:"off,omitempty"`     // why nothing is sent there any more; empty: things are
	OffAt    time.Time        `json:"offAt,omitzero"`    // since when; RFC 3339
	Failures []WebhookFailure `json:"failures"`          // messages that were given up, the newest first; never null
}

// A WebhookFailure is a message that was given up.
type WebhookFailure struct {
	ID       string    `json:"id"` // webhook-id
	Type     string    `json:"type"`
	Added    time.Time `json:"added"` // RFC 3339
	Attempts int       `json:"attempts"`
	Error    string    `json:"error"` // what became of the last attempt
}
