package auth

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// A ClientIP finds out which address sent a request. It is safe for concurrent use.
type ClientIP struct {
	trusted []netip.Prefix
	log     *slog.Logger
	warned  rate.Sometimes
}

// NewClientIP returns a ClientIP that believes the X-Forwarded-For of proxies within trusted.
func NewClientIP(trusted []netip.Prefix, log *slog.Logger) *ClientIP {
	// An untrusted proxy sends every request: one warning a day is enough.
	return &ClientIP{trusted: trusted, log: log, warned: rate.Sometimes{Interval: 24 * time.Hour}}
}

// Of returns the address by which the sender of a request is counted, or the zero Addr if it
// is unknown, as on a Unix socket. It returns the /64 of an IPv6 address: everybody has at
// least a /64, and any number of addresses inside.
//
// The result is the peer's address, or, if the peer is a trusted proxy, the last address in
// X-Forwarded-For that is not a trusted proxy. Anybody could have written what stands before
// that. If an entry is not an address, the proxy that wrote it counts.
func (c *ClientIP) Of(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, forwarded := plain(peer.Addr()), r.Header["X-Forwarded-For"]
	if len(forwarded) > 0 && !c.trusts(addr) && local(addr) {
		c.warned.Do(func() {
			c.log.Warn("ignoring X-Forwarded-For of an untrusted proxy: give its address by --trusted-proxies", "proxy", addr)
		})
	}
	return network(c.client(addr, forwarded))
}

// OfPeer returns the address by which the connections of a peer are counted. It is zero if they are not:
// the peer is a trusted proxy, or has no public address and so may be a proxy, with all stores behind it.
func (c *ClientIP) OfPeer(peer net.Addr) netip.Addr {
	parsed, err := netip.ParseAddrPort(peer.String())
	addr := plain(parsed.Addr())
	if err != nil || local(addr) || c.trusts(addr) {
		return netip.Addr{}
	}
	return network(addr)
}

// client goes back from the peer to the first address that is not a trusted proxy. Each
// proxy has appended to the list; several headers are one list.
func (c *ClientIP) client(addr netip.Addr, forwarded []string) netip.Addr {
	for _, element := range slices.Backward(strings.Split(strings.Join(forwarded, ","), ",")) {
		if !c.trusts(addr) {
			return addr
		}
		if element = strings.TrimSpace(element); element == "" {
			continue // lists may have empty elements (RFC 9110, section 5.6.1)
		}
		before, ok := parseForwarded(element)
		if !ok {
			return addr
		}
		addr = before
	}
	return addr
}

// parseForwarded reads one element of X-Forwarded-For. Some proxies add the port, and some
// write brackets without a port.
func parseForwarded(text string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return plain(with.Addr()), true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		text = strings.TrimSuffix(inner, "]")
	}
	addr, err := netip.ParseAddr(text)
	return plain(addr), err == nil
}

func (c *ClientIP) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(c.trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// plain returns addr as ranges contain it: an IPv4 address within IPv6 as IPv4, and no zone.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// network returns the /64 of an IPv6 address, and every other address as it is.
func network(addr netip.Addr) netip.Addr {
	if !addr.Is6() || addr.IsLoopback() {
		return addr
	}
	network, _ := addr.Prefix(64) // 64 bits are always there
	return network.Addr()
}

// local reports whether addr is not a public address.
func local(addr netip.Addr) bool {
	return addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || sharedSpace(addr)
}

// sharedSpace reports whether addr is within 100.64.0.0/10 (RFC 6598), which providers use
// inside their networks: load balancers have such addresses too.
func sharedSpace(addr netip.Addr) bool {
	return addr.Is4() && addr.As4()[0] == 100 && addr.As4()[1]>>6 == 1
}
