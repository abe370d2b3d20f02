package auth

import (
	"fmt"
	"net/netip"
	"strings"
)

// ParseTrustedProxies reads addresses and ranges of addresses (10.0.0.0/8).
func ParseTrustedProxies(list []string) ([]netip.Prefix, error) {
	trusted := make([]netip.Prefix, 0, len(list))
	for _, text := range list {
		prefix, err := parseRange(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("%.50q is not an address such as 10.1.2.3, or a range such as 10.0.0.0/8", text)
		}
		trusted = append(trusted, prefix)
	}
	return trusted, nil
}

func parseRange(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return addr.Prefix(addr.BitLen()) // Prefix drops the zone, if there is one
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
