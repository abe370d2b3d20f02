package settings

import (
	"maps"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// minVolume is the lowest volume of an alarm: a silent alarm would look like a quiet day.
const minVolume = 0.05

const (
	// Browsers and proxies take no longer address. A longer one is a mistake.
	maxServer = 2048
	// Systems take no longer path.
	maxPath = 4096
	// A longer pause sounds as if the alarm had ended.
	maxRepeat = 60 // seconds
	// An order is late long before.
	maxRemind = 60 // minutes
	// An order that is ten hours old is yesterday's.
	maxLate     = 600     // minutes
	maxVeryLate = 24 * 60 // minutes
	// A server that restarts is back within seconds: an earlier alarm is a false one. A
	// later alarm keeps the loss of orders from people.
	minPatience, maxPatience = 5, 300 // seconds
	// Smaller text cannot be read from 2 m. With larger text, one card fills a till's screen.
	minScale, maxScale = 0.8, 2.5
	// A smaller popup is the scale's to choose. A larger one leaves no room for two orders on a usual screen.
	minPopup, maxPopup = 1, 1.5
)

// Check returns what is wrong with s: the JSON names of fields, each with the ID of a text
// that says what to do. It is empty if nothing is wrong. s should come from Clean.
func Check(s Settings) map[string]string {
	problems := map[string]string{
		"server": checkServer(s),
		"mart":   checkMart(s.Mart),
		"enrol":  checkEnrol(s.Enrol),
		"device": checkDevice(s.Device),
		"volume": checkVolume(s.Volume),
		"sound":  checkPath(s.Sound, "settings.sound-path"),
		"ca":     checkPath(s.CA, "settings.ca-path"),

		"tune":     checkChoice(s.Tune, "settings.tune-unknown", TuneVoice, TuneVoice2, TuneVoice3, TuneChime, TuneBell),
		"repeat":   checkRange(s.Repeat, 1, maxRepeat, "settings.repeat-range"),
		"remind":   checkRange(s.Remind, 0, maxRemind, "settings.remind-range"),
		"aging":    checkAging(s.Aging),
		"patience": checkRange(s.Patience, minPatience, maxPatience, "settings.patience-range"),
		"hours":    checkHours(s.Hours),
		"language": checkChoice(s.Language, "settings.language-unknown", "", "ko", "en"),
		"scale":    checkScale(s.Scale),
		"popup":    checkPopup(s.Popup),
		"pin":      checkPIN(s.PIN),
	}
	maps.DeleteFunc(problems, func(_, problem string) bool { return problem == "" })
	return problems
}

func checkServer(s Settings) string {
	if s.Server == "" {
		return "settings.server-missing"
	}
	u, err := url.Parse(s.Server)
	switch {
	case err != nil, len(s.Server) > maxServer, u.Scheme != "http" && u.Scheme != "https", !hasValidHost(u):
		return "settings.server-not-url"
	case strings.Trim(u.Path, "/") != "", u.User != nil, strings.ContainsAny(s.Server, "?#"):
		return "settings.server-extra"
	case u.Scheme == "http" && !s.Insecure && !isLoopback(u.Hostname()):
		// Anybody on the way could read the orders and the token, or hold the orders back.
		return "settings.server-insecure"
	}
	return ""
}

func hasValidHost(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	return u.Hostname() != "" && !strings.ContainsFunc(u.Hostname(), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`,;"'`, r)
	})
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func checkMart(m order.MartID) string {
	if m == "" {
		return "settings.mart-missing"
	}
	if _, err := order.ParseMartID(string(m)); err == nil {
		return ""
	}
	if _, err := order.ParseOrderID(string(m)); err == nil { // only the rule about paths differs
		return "settings.mart-path"
	}
	return "settings.mart-malformed"
}

func checkEnrol(key string) string {
	if _, err := wire.ParseEnrolKey(key); key != "" && err != nil {
		return "settings.enrol-malformed"
	}
	return ""
}

// checkDevice accepts whatever Clean returns.
func checkDevice(name string) string {
	if order.Line(name, order.MaxName) != name {
		return "settings.device-long"
	}
	return ""
}

func checkVolume(v float64) string {
	if v >= minVolume && v <= 1 { // NaN is neither
		return ""
	}
	return "settings.volume-range"
}

func checkScale(s float64) string {
	if s >= minScale && s <= maxScale { // NaN is neither
		return ""
	}
	return "settings.scale-range"
}

func checkPopup(p Popup) string {
	if order.Line(p.Monitor, order.MaxName) != p.Monitor {
		return "settings.popup-place"
	}
	if p.Size == 0 || p.Size >= minPopup && p.Size <= maxPopup { // NaN is neither
		return checkChoice(p.Corner, "settings.popup-place", BottomRight, BottomLeft, TopRight, TopLeft)
	}
	return "settings.popup-size"
}

// checkPath does not look for the file: it may be on a USB stick that is not plugged in.
func checkPath(path, problem string) string {
	if path == "" || (filepath.IsAbs(path) && len(path) <= maxPath && !strings.ContainsFunc(path, unicode.IsControl)) {
		return ""
	}
	return problem
}

func checkRange(n, min, max int, problem string) string {
	if n < min || n > max {
		return problem
	}
	return ""
}

func checkChoice(choice, problem string, choices ...string) string {
	if slices.Contains(choices, choice) {
		return ""
	}
	return problem
}

func checkAging(a Aging) string {
	switch {
	case a.Late < 0 || a.Late > maxLate, a.VeryLate < 0 || a.VeryLate > maxVeryLate:
		return "settings.aging-range"
	case a.VeryLate != 0 && a.VeryLate <= a.Late:
		return "settings.aging-order"
	}
	return ""
}
