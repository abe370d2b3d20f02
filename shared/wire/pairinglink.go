package wire

import (
	"fmt"
	"net/url"
	"strings"

	"jumun/shared/order"
)

// A PairingLink is what a person would type to pair a device: it only fills in a form.
type PairingLink struct {
	Server string // an http or https address; whether it is a good one, who uses it decides
	Mart   order.MartID
	Code   string // as ParseCode returns it
}

// LinkScheme is the scheme of the links that open jumun.
const LinkScheme = "jumun"

// MaxPairingLink is the longest link, in bytes. Some systems pass no longer one to a program.
const MaxPairingLink = 2 << 10

// String returns the link as people get it; "" without Server.
func (l PairingLink) String() string {
	if l.Server == "" {
		return ""
	}
	plain := strings.NewReplacer("%3A", ":", "%2F", "/") // a query may have these, and people read the address
	return LinkScheme + "://pair?server=" + plain.Replace(url.QueryEscape(l.Server)) +
		"&mart=" + url.QueryEscape(string(l.Mart)) + "&code=" + ShowCode(l.Code)
}

// ReceiverPath is the path of the page that rings in a browser.
const ReceiverPath = "/receiver"

// Page returns the link for a browser. What stands behind "#" is sent to no server, and logged by none.
func (l PairingLink) Page() string {
	if l.Server == "" {
		return ""
	}
	return l.Server + ReceiverPath + "#mart=" + url.QueryEscape(string(l.Mart)) + "&code=" + ShowCode(l.Code)
}

// ParsePairingLink returns what a link says. A parameter that it does not know is one of a newer
// version: it is ignored. Errors wrap order.ErrMalformed, and do not contain the code.
func ParsePairingLink(text string) (PairingLink, error) {
	malformed := func(what string) (PairingLink, error) {
		return PairingLink{}, fmt.Errorf("not a pairing link: %s: %w", what, order.ErrMalformed)
	}
	if len(text) > MaxPairingLink {
		return malformed("it is too long")
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != LinkScheme || !strings.EqualFold(strings.TrimSuffix(u.Host+u.Path, "/"), "pair") || u.User != nil {
		return malformed("it does not begin with jumun://pair?")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || u.Fragment != "" {
		return malformed("its parameters are no query")
	}
	for _, name := range []string{"server", "mart", "code"} {
		if len(query[name]) != 1 {
			return malformed("it must have one " + name)
		}
	}
	l := PairingLink{Server: query.Get("server")}
	if server, err := url.Parse(l.Server); err != nil || server.Scheme != "http" && server.Scheme != "https" || server.Host == "" {
		return malformed("its server is no http or https address")
	}
	if l.Mart, err = order.ParseMartID(query.Get("mart")); err != nil {
		return malformed("its mart is no ID of a mart")
	}
	if l.Code, err = ParseCode(query.Get("code")); err != nil {
		return malformed("its code is no pairing code")
	}
	return l, nil
}
