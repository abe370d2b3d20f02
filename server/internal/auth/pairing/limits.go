package pairing

import (
	"math"
	"net/netip"
	"time"

	"jumun/server/internal/auth/ratelimit"
)

// Guessing a code is hopeless without any limit here: a server computes at most maxComputing keys at
// once, some 40 a second, which is 36,000 in the 15 minutes of a code, of 31^8 = 8.5·10^11. That is a
// chance of 4·10^-8 a code and server. The limits keep guesses from costing cores all the time; and
// which keys are computed first (see kdfLimiter) keeps them from holding up right codes. So no limit
// is for all clients together: anybody could use it up.
//
// A client is counted under its own address and under the networks around it, which attackers have
// many addresses in. The wider the network, the more of those in it are somebody else, and the less
// they wait.
var (
	// ownBackoff lets a person mistype, and a program try a few codes an hour. Everybody has an IPv4
	// address, at least shared, or an IPv6 /64 of their own.
	ownBackoff = ratelimit.Backoff{Free: 5, First: time.Second, Max: 15 * time.Minute}
	// customerBackoff is for a /56, which providers give to one home or one small company (RIPE-690).
	customerBackoff = ratelimit.Backoff{Free: 20, First: time.Second, Max: time.Minute, Forgive: time.Minute}
	// siteBackoff is for a /48, which is one large company or thousands of phones, and for the 256
	// neighbours of an IPv4 address. In the long run one code every 10 s is tried.
	siteBackoff = ratelimit.Backoff{Free: 100, First: 100 * time.Millisecond, Max: 10 * time.Second, Forgive: 10 * time.Second}
	// providerBackoff never waits: a /32, or 65,536 addresses of IPv4, may be a whole provider. What
	// fails in it only comes later in the queue.
	providerBackoff = ratelimit.Backoff{Free: math.MaxInt, Forgive: 10 * time.Second}
)

const (
	// forgetAfter is how long the failures of a network are remembered: four times the
	// longest wait, so that an attacker who waits does not begin anew.
	forgetAfter = time.Hour
	// maxNetworks is how many networks are remembered; they take some 20 MB. An attacker with more
	// has the wide ones remembered, which each attempt puts in front.
	maxNetworks = 100_000
)

// A network is how many bits of an address name one, and how it waits.
type network struct {
	bits    int
	backoff ratelimit.Backoff
}

var (
	networks4 = []network{{32, ownBackoff}, {24, siteBackoff}, {16, providerBackoff}}
	networks6 = []network{{64, ownBackoff}, {56, customerBackoff}, {48, siteBackoff}, {32, providerBackoff}}
)

// groupsOf returns what an attempt of client counts under; its own address comes first. It may be the
// zero Addr, which stands for all whose address is unknown.
func groupsOf(client netip.Addr) (groups []ratelimit.Group[netip.Prefix]) {
	networks := networks4
	switch {
	case !client.IsValid():
		networks = networks4[:1]
	case client.Is6():
		networks = networks6
	}
	for _, n := range networks {
		prefix, _ := client.Prefix(n.bits) // the zero Addr has the zero Prefix
		groups = append(groups, ratelimit.Group[netip.Prefix]{Key: prefix, Backoff: n.backoff})
	}
	return groups
}
