package settings

import (
	"net/url"
	"strings"
	"unicode"

	"jumun/shared/order"
)

// Clean returns s without what people paste by mistake: spaces and line breaks around a
// value, invisible characters, a trailing slash. An address without a scheme gets one. A
// device's name becomes one line of at most order.MaxName characters. A time in another
// usual notation becomes 09:00. A popup of the usual size has no size of its own. A mart in full-width digits becomes the one that servers know.
func Clean(s Settings) Settings {
	s.Server = cleanServer(trim(s.Server))
	s.Mart = cleanMart(trim(string(s.Mart)))
	if s.MartName.Name = order.Line(trim(s.MartName.Name), order.MaxName); s.MartName.Name == "" {
		s.MartName = MartName{}
	}
	s.Device = order.Line(trim(s.Device), order.MaxName)
	s.Enrol = trim(s.Enrol)
	s.Sound = trim(s.Sound)
	s.CA = trim(s.CA)
	s.Tune, s.Language, s.PIN = trim(s.Tune), trim(s.Language), trim(s.PIN)
	s.Popup.Corner, s.Popup.Monitor = trim(s.Popup.Corner), order.Line(trim(s.Popup.Monitor), order.MaxName)
	if s.Popup.Size == 1 {
		s.Popup.Size = 0
	}
	s.Hours = cleanHours(s.Hours)
	return s
}

// trim cuts off spaces, line breaks, and the invisible characters in text from web pages and
// chats: byte order marks, zero-width spaces, text directions.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
}

// cleanMart returns the mart in the spelling in which servers know it, if it is one.
func cleanMart(s string) order.MartID {
	if mart, err := order.ParseMartID(s); err == nil {
		return mart
	}
	return order.MartID(s)
}

func cleanServer(s string) string {
	if s == "" {
		return ""
	}
	if !strings.Contains(s, "://") {
		s = defaultScheme(s) + "://" + s
	}
	if u, err := url.Parse(s); err == nil && u.Host != "" { // case does not matter in scheme and host
		rest := s[strings.Index(s, "://")+3:]
		if path, ok := strings.CutPrefix(rest, u.Host); ok {
			s = u.Scheme + "://" + strings.ToLower(u.Host) + path
		}
	}
	return strings.TrimRight(s, "/")
}

// defaultScheme returns the scheme of an address without one: https, but http on this
// computer.
func defaultScheme(address string) string {
	if u, err := url.Parse("http://" + address); err == nil && isLoopback(strings.ToLower(u.Hostname())) {
		return "http"
	}
	return "https"
}
