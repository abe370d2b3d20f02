package revocation

import (
	_ "embed"

	"jumun/server/internal/redisconn"
)

const (
	// martsLimit is how long the list may be before what is revoked at some marts only is refused:
	// administrators of some marts leave half of the room to those of all marts.
	martsLimit = Limit / 2
	// renewedLimit is the same for the fields that renewals write: administrators of some marts cause
	// those too, by pairing.
	renewedLimit = Limit / 10 * 8
	// martLimit is how many holders may be revoked at one mart: its administrators cannot use up the
	// room of all others.
	martLimit = 10_000
	// lentMartLimit is how many of a mart, beside those, whoever has a lent key may revoke, and lentLimit
	// how many of all marts: such a key makes any number of administrators.
	lentMartLimit = 1000
	lentLimit     = Limit / 10
)

// limits are the constants above, and Limit and devicesLimit, but in tests.
type limits struct{ all, devices, renewed, marts, mart, lent, lentMart int }

func defaultLimits() limits {
	return limits{all: Limit, devices: devicesLimit, renewed: renewedLimit, marts: martsLimit, mart: martLimit, lent: lentLimit, lentMart: lentMartLimit}
}

// A Share is the part of the room that a revocation of a holder at a mart may take.
type Share int

const (
	Whole Share = iota // of an administrator for all marts, and the command line
	Marts              // of an administrator of some marts
	Lent               // of an administrator under a lent key
)

// room returns the arguments of the script that say how much room a share has.
func (l limits) room(share Share) []any {
	switch share {
	case Marts:
		return []any{l.all, l.devices, l.marts, l.mart, 0}
	case Lent:
		return []any{l.all, l.devices, l.marts, l.lentMart, l.lent}
	}
	return []any{l.all, l.devices, l.devices, l.all, 0}
}

//go:embed quota.lua
var quotaScript string

// keys are the keys of the scripts that begin with quotaScript. Both are on one node.
func keys() []string { return []string{key, redisconn.KeyPrefix + "lent:{" + key + "}"} }
