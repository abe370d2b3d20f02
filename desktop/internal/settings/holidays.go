package settings

import (
	"regexp"
	"strings"
	"time"
)

// The layouts of a holiday: one of each year, and one of a single year.
const yearlyLayout, onceLayout = "01-02", "2006-01-02"

// maxHolidays bounds the text of all holidays, in bytes: those of ten years.
const maxHolidays = 2000

var (
	anyDate = regexp.MustCompile(`(\d{4}\s*[-년./]\s*)?\d{1,2}\s*[-월./]\s*\d{1,2}\s*[일.]?`)
	digits  = regexp.MustCompile(`\d+`)
)

// IsHoliday reports whether the store does not open on the day of at.
func (h Hours) IsHoliday(at time.Time) bool {
	if h.Holidays == "" {
		return false
	}
	yearly, once := at.Format(yearlyLayout), at.Format(onceLayout)
	for _, date := range strings.Fields(h.Holidays) {
		if date == yearly || date == once {
			return true
		}
	}
	return false
}

// areDates reports whether a text from cleanDates has nothing but dates.
func areDates(holidays string) bool {
	for _, date := range strings.Fields(holidays) {
		if clean, ok := cleanDate(date); !ok || clean != date {
			return false
		}
	}
	return len(holidays) <= maxHolidays
}

// cleanDates converts dates in any usual notation to the stored one: 12/25, 2027. 2. 6., 12월 25일. It leaves
// anything else for checkHours to refuse.
func cleanDates(typed string) string {
	typed = trim(typed)
	plain := anyDate.ReplaceAllStringFunc(strings.NewReplacer(",", " ", ";", " ").Replace(typed), func(text string) string {
		date, _ := cleanDate(strings.Join(digits.FindAllString(text, -1), "-"))
		return " " + date + " "
	})
	if dates := strings.Join(strings.Fields(plain), " "); areDates(dates) {
		return dates
	}
	return typed
}

// cleanDate returns 2027-02-06 for 2027-2-6, and 02-06 for 2-6. Without ok, date is s.
func cleanDate(s string) (date string, ok bool) {
	if at, err := time.Parse("2006-1-2", s); err == nil {
		return at.Format(onceLayout), true
	}
	at, err := time.Parse("2006-1-2", "2000-"+s) // which has a 29th of February
	if err != nil {
		return s, false
	}
	return at.Format(yearlyLayout), true
}
