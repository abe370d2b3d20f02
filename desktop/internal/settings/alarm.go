package settings

import (
	"slices"
)

const (
	// Longer pauses sound like an alarm that has ended.
	maxRepeat = 60 // seconds
	// An order is late long before.
	maxRemind = 60 // minutes
	// Orders of ten hours ago are yesterday's.
	maxLate     = 600     // minutes
	maxVeryLate = 24 * 60 // minutes
	// A server that is being restarted is back within seconds: earlier alarms cry wolf. Later
	// ones keep the loss of orders from people.
	minPatience, maxPatience = 5, 300 // seconds
	// Below, nobody reads it from 2 m; above, one card fills a till's screen.
	minScale, maxScale = 0.8, 2.5
)

func checkNumber(n, min, max int, problem string) string {
	if n < min || n > max {
		return problem
	}
	return ""
}

func checkTune(tune string) string {
	if slices.Contains([]string{TuneVoice, TuneChime, TuneBell}, tune) {
		return ""
	}
	return "settings.tune-unknown"
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

func checkLanguage(name string) string {
	if slices.Contains([]string{"", "ko", "en"}, name) {
		return ""
	}
	return "settings.language-unknown"
}

func checkScale(s float64) string {
	if s >= minScale && s <= maxScale { // NaN is neither
		return ""
	}
	return "settings.scale-range"
}
