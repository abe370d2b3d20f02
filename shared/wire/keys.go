package wire

import (
	"time"

	"jumun/shared/order"
)

// KeysPath is the path of the signing keys of the servers: GET answers Keys, for admins of all marts.
const KeysPath = "/v1/admin/keys"

// KeyRenewalsPath is the path by which an admin of all marts asks, by a KeyRenewal, for new tokens in
// place of those of a key.
const KeyRenewalsPath = "/v1/admin/keys/renewals"

// A Key is what is known of a signing key. It has nothing secret.
type Key struct {
	ID        string         `json:"kid"`
	Made      time.Time      `json:"madeAt,omitzero"` // RFC 3339
	Lent      bool           `json:"lent"`            // others hold it: servers verify by it, and never sign
	Roles     []Role         `json:"roles,omitempty"` // that it is limited to
	Marts     []order.MartID `json:"marts,omitempty"` // that it is limited to
	Missing   bool           `json:"missing"`         // it is not in the key file, or no server has it any more
	Signs     bool           `json:"signs"`           // the servers sign with it now
	Seen      time.Time      `json:"seenAt,omitzero"` // when a server had it last; RFC 3339
	RevokedAt time.Time      `json:"revokedAt,omitzero"`
	RenewalAt time.Time      `json:"renewalAt,omitzero"` // when its tokens were asked to be renewed; RFC 3339
	Tokens    int64          `json:"tokens"`             // that need it: in use, and not expired
	Renewed   int64          `json:"renewed"`            // of other keys, made of its tokens: they need it no more, and revoking it ends them too
	LastEnds  time.Time      `json:"lastTokenEndsAt,omitzero"`
	Holders   []Device       `json:"holders,omitempty"` // of those tokens, if the key does not sign any more and they are a hundred at most
}

// Keys is the list of the keys, the oldest first.
type Keys struct {
	Keys []Key `json:"keys"` // never null
}

// A KeyRenewal is the body of a request to KeyRenewalsPath.
type KeyRenewal struct {
	Key string `json:"key"` // its kid
}
