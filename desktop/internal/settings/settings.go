// Package settings checks and stores what a person chose for this PC.
package settings

import (
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"jumun/shared/order"
)

// MinVolume is the softest alarm: a silent one would look like a quiet day.
const MinVolume = 0.05

// Longer ones are mistakes: the first is what browsers and proxies take, the second what
// systems do.
const (
	maxServer = 2048
	maxPath   = 4096
)

// Default is what holds until a person chooses: no server and no mart, because a guessed
// address would look like a broken connection and not like a missing setting.
//
// An order calls every two seconds, and otherwise after three minutes: by then nobody is
// on the way. A guest waits gladly for one minute, and for five at most: then a card changes
// its colour. A connection that is back within 20 seconds is no news.
func Default() Settings {
	return Settings{
		Volume: 0.8, Repeat: 2, Remind: 3,
		Aging: Aging{Late: 1, VeryLate: 5}, Patience: 20,
		Scale: 1, Login: true,
	}
}

// Check says what is wrong with s: the JSON name of a field, and the ID of a text that
// says what to do. Empty means that nothing is. Check what Clean returned.
func Check(s Settings) map[string]string {
	problems := make(map[string]string)
	for field, problem := range map[string]string{
		"server": checkServer(s),
		"mart":   checkMart(s.Mart),
		"device": checkDevice(s.Device),
		"volume": checkVolume(s.Volume),
		"sound":  checkPath(s.Sound, "settings.sound-path"),
		"ca":     checkPath(s.CA, "settings.ca-path"),

		"tune":     checkTune(s.Tune),
		"repeat":   checkNumber(s.Repeat, 1, maxRepeat, "settings.repeat-range"),
		"remind":   checkNumber(s.Remind, 0, maxRemind, "settings.remind-range"),
		"aging":    checkAging(s.Aging),
		"patience": checkNumber(s.Patience, minPatience, maxPatience, "settings.patience-range"),
		"hours":    checkHours(s.Hours),
		"language": checkLanguage(s.Language),
		"scale":    checkScale(s.Scale),
		"pin":      checkPIN(s.PIN),
	} {
		if problem != "" {
			problems[field] = problem
		}
	}
	return problems
}

func checkServer(s Settings) string {
	if s.Server == "" {
		return "settings.server-missing"
	}
	u, err := url.Parse(s.Server)
	switch {
	case err != nil, len(s.Server) > maxServer, u.Scheme != "http" && u.Scheme != "https", !isHost(u):
		return "settings.server-not-url"
	case strings.Trim(u.Path, "/") != "", u.User != nil, strings.ContainsAny(s.Server, "?#"):
		return "settings.server-extra"
	case u.Scheme == "http" && !s.Insecure && !isLoopback(u.Hostname()):
		// Anybody on the way could read the orders and the token, or hold them back.
		return "settings.server-insecure"
	}
	return ""
}

func isHost(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return u.Hostname() != "" && !strings.ContainsFunc(u.Hostname(), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	})
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func checkMart(m order.MartID) string {
	if m == "" {
		return "settings.mart-missing"
	}
	if _, err := order.ParseMartID(string(m)); err != nil {
		return "settings.mart-malformed"
	}
	return ""
}

func checkVolume(v float64) string {
	if v >= MinVolume && v <= 1 { // NaN is neither
		return ""
	}
	return "settings.volume-range"
}

// checkDevice finds nothing in what Clean returned.
func checkDevice(name string) string {
	if order.Line(name, order.MaxName) != name {
		return "settings.device-long"
	}
	return ""
}

// checkPath does not look for the file: it may be on a stick that is not plugged in.
func checkPath(path, problem string) string {
	if path == "" || (filepath.IsAbs(path) && len(path) <= maxPath && !strings.ContainsFunc(path, unicode.IsControl)) {
		return ""
	}
	return problem
}

// Clean returns s without what people paste by mistake: spaces and line breaks around,
// marks that cannot be seen, a trailing slash. An address without a scheme gets one, and
// a device's name becomes one line of at most order.MaxName characters. A time that is
// written in another usual way becomes 09:00.
func Clean(s Settings) Settings {
	s.Server = cleanServer(trim(s.Server))
	s.Mart = order.MartID(trim(string(s.Mart)))
	s.Device = order.Line(trim(s.Device), order.MaxName)
	s.Sound = trim(s.Sound)
	s.CA = trim(s.CA)
	s.Tune, s.Language, s.PIN = trim(s.Tune), trim(s.Language), trim(s.PIN)
	s.Hours = Hours{Open: cleanTime(s.Hours.Open), Close: cleanTime(s.Hours.Close), Outside: trim(s.Hours.Outside)}
	return s
}

// trim cuts off spaces, line breaks, and the marks that text from web pages and chats
// carries along: byte order marks, zero-width spaces, directions.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	})
}

func cleanServer(s string) string {
	if s == "" {
		return ""
	}
	if !strings.Contains(s, "://") {
		s = scheme(s) + "://" + s
	}
	if u, err := url.Parse(s); err == nil && u.Host != "" { // scheme and host have no case
		rest := s[strings.Index(s, "://")+3:]
		if host, ok := strings.CutPrefix(rest, u.Host); ok {
			s = u.Scheme + "://" + strings.ToLower(u.Host) + host
		}
	}
	return strings.TrimRight(s, "/")
}

// scheme is what an address without one means: encrypted, except on this computer.
func scheme(address string) string {
	if u, err := url.Parse("http://" + address); err == nil && isLoopback(strings.ToLower(u.Hostname())) {
		return "http"
	}
	return "https"
}
