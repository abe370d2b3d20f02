package auth

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// ParseTrustedProxies reads addresses and ranges of them (10.0.0.0/8), such as those of proxies.
// Its error is for people.
func ParseTrustedProxies(list []string) ([]netip.Prefix, error) {
	trusted := make([]netip.Prefix, 0, len(list))
	for _, text := range list {
		prefix, err := parseRange(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("%.50q is not an address or a range of them: write 10.1.2.3 or 10.0.0.0/8 / IP 주소나 대역이 아닙니다: 10.1.2.3 또는 10.0.0.0/8처럼 쓰세요", text)
		}
		trusted = append(trusted, prefix)
	}
	return trusted, nil
}

func parseRange(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return addr.Prefix(addr.BitLen()) // takes away its zone, if it has one
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), nil
}

// Addresses find out from which address a request is. They are safe for concurrent use.
type ClientIP struct {
	trusted []netip.Prefix
	log     *slog.Logger
	warned  rate.Sometimes
}

// NewClientIP returns Addresses that believe what proxies within trusted say.
func NewClientIP(trusted []netip.Prefix, log *slog.Logger) *ClientIP {
	// What a proxy does it does for every request: once a day is enough to be told.
	return &ClientIP{trusted: trusted, log: log, warned: rate.Sometimes{Interval: 24 * time.Hour}}
}

// Of returns the address by which whoever sent a request is counted; the zero Addr if
// it is not known, as on a Unix socket. An IPv6 address stands for its /64, the least
// that anybody has: inside it one can have any number.
//
// It is that of the peer, unless the peer is trusted: then it is the last one of
// X-Forwarded-For that is not. Those before it anybody could have written, so after what
// is not an address the one that said so counts.
func (a *ClientIP) Of(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, forwarded := bare(peer.Addr()), r.Header["X-Forwarded-For"]
	if len(forwarded) > 0 && !a.trusts(addr) && local(addr) {
		a.warned.Do(func() {
			a.log.Warn("a proxy says for whom it asks, and is not believed: give its address by --trusted-proxies", "proxy", addr)
		})
	}
	return counted(a.client(addr, forwarded))
}

// client goes back from the peer for as long as somebody who is trusted says who was
// before. Each proxy has added to the end of the last header.
func (a *ClientIP) client(addr netip.Addr, forwarded []string) netip.Addr {
	for _, header := range slices.Backward(forwarded) {
		for header != "" {
			if !a.trusts(addr) {
				return addr
			}
			var last string
			header, last = cutLast(header)
			if last == "" { // lists may have empty elements (RFC 9110, section 5.6.1)
				continue
			}
			before, ok := hop(last)
			if !ok {
				return addr
			}
			addr = before
		}
	}
	return addr
}

func cutLast(list string) (rest, last string) {
	comma := strings.LastIndexByte(list, ',')
	return list[:max(comma, 0)], strings.TrimSpace(list[comma+1:])
}

// hop reads one element of X-Forwarded-For. Some proxies write the port too, and some
// write brackets without one.
func hop(text string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(text); err == nil {
		return bare(with.Addr()), true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		text = strings.TrimSuffix(inner, "]")
	}
	addr, err := netip.ParseAddr(text)
	return bare(addr), err == nil
}

func (a *ClientIP) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(a.trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// bare is addr as ranges know it: an IPv4 address within IPv6 as itself, and no zone.
func bare(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

func counted(addr netip.Addr) netip.Addr {
	if !addr.Is6() || addr.IsLoopback() {
		return addr
	}
	network, _ := addr.Prefix(64) // 64 bits are always there
	return network.Addr()
}

// local says whether addr is not one on the Internet.
func local(addr netip.Addr) bool {
	return addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || shared(addr)
}

// shared says whether addr is within 100.64.0.0/10 (RFC 6598), which providers use inside
// their networks: load balancers have such addresses too.
func shared(addr netip.Addr) bool {
	return addr.Is4() && addr.As4()[0] == 100 && addr.As4()[1]>>6 == 1
}
