package settings

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// The layouts of a holiday: one of each year, and one of a single year.
const yearlyLayout, onceLayout = "01-02", "2006-01-02"

// maxHolidays bounds the text of all holidays, in bytes: those of ten years.
const maxHolidays = 2000

var (
	anyDate = regexp.MustCompile(`(\d{4}\s*[-년./]\s*)?\d{1,2}\s*[-월./]\s*\d{1,2}\s*[일.]?|\d{1,2}\s*일|[~–—〜∼]`)
	digits  = regexp.MustCompile(`\d+`)
	// inDates makes "2월 6일부터 8일까지" a range, and lists of what people put between dates.
	inDates = strings.NewReplacer(",", " ", ";", " ", "부터", "~", "까지", " ")
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
	dates, ok := readDates(strings.Fields(holidays))
	return ok && strings.Join(dates, " ") == holidays && len(holidays) <= maxHolidays
}

// cleanDates converts dates in any usual notation to the stored one, in which those of each year come first:
// 12/25, 2027. 2. 6., 12월 25일, 2월 6일~8일. It leaves anything else for checkHours to refuse.
func cleanDates(typed string) string {
	typed = trim(typed)
	plain := anyDate.ReplaceAllStringFunc(inDates.Replace(width.Fold.String(typed)), func(text string) string {
		date := strings.Join(digits.FindAllString(text, -1), "-")
		if date == "" {
			date = "~"
		}
		return " " + date + " "
	})
	if dates, ok := readDates(strings.Fields(plain)); ok {
		return strings.Join(dates, " ")
	}
	return typed
}

// readDates returns the stored form of dates such as 2027-2-6, 2-6 and 8, where "~" stands between the first
// and the last day of a range.
func readDates(typed []string) (dates []string, ok bool) {
	var last date
	for i, text := range typed {
		if text == "~" && i < len(typed)-1 {
			continue
		}
		inRange := i > 0 && typed[i-1] == "~"
		next, ok := last.read(text, inRange)
		if !ok || inRange && (last.IsZero() || next.yearly != last.yearly) {
			return nil, false
		}
		day := next.Time
		if inRange {
			day = last.AddDate(0, 0, 1)
		}
		for ; !day.After(next.Time); day = day.AddDate(0, 0, 1) {
			if dates = append(dates, date{day, next.yearly}.String()); len(dates) > maxHolidays/len(yearlyLayout) {
				return nil, false
			}
		}
		last = next
	}
	slices.SortStableFunc(dates, func(a, b string) int { return len(a) - len(b) })
	return dates, true
}

// A date is a day of a year, or of every year: then in 2000, which has a 29th of February, or in 2001 as the
// end of a range.
type date struct {
	time.Time
	yearly bool
}

func (d date) String() string {
	if d.yearly {
		return d.Format(yearlyLayout)
	}
	return d.Format(onceLayout)
}

// read reads a date after d in a text: what it does not say, people have said with d. After 2027-2-6, 2-7 is
// of 2027, and after 2027-12-31, 1-1 is of 2028.
func (d date) read(text string, inRange bool) (next date, ok bool) {
	yearly, year := d.yearly, d.Year()
	if d.IsZero() {
		yearly, year = true, 2000
	}
	switch strings.Count(text, "-") {
	case 2:
		at, err := time.Parse("2006-1-2", text)
		return date{at, false}, err == nil
	case 1:
		next, ok = dateOf(year, text, yearly)
		if (inRange || !yearly) && next.Before(d.Time) {
			next, ok = dateOf(year+1, text, yearly)
		}
		return next, ok
	}
	next, ok = dateOf(year, strconv.Itoa(int(d.Month()))+"-"+text, yearly)
	return next, ok && !d.IsZero() && next.After(d.Time)
}

func dateOf(year int, day string, yearly bool) (date, bool) {
	at, err := time.Parse("2006-1-2", strconv.Itoa(year)+"-"+day)
	return date{at, yearly}, err == nil
}
