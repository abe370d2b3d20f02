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

// maxRange is the longest range of days off: a longer one is a slip, and would be silence for months.
const maxRange = 31 * 24 * time.Hour

var (
	anyDate = regexp.MustCompile(`(\d{4}\s*[-년./]\s*)?\d{1,2}\s*[-월./]\s*\d{1,2}\s*[일.]?|\d{1,2}\s*일|[~–—〜∼]`)
	digits  = regexp.MustCompile(`\d+`)
	// A hyphen after 2/6 or 2월 6일 begins the end of a range. In 2-6 it is a part of a date.
	rangeHyphen = regexp.MustCompile(`(\d\s*[월/.]\s*\d{1,2}\s*[일.]?)\s*-`)
	// What people add to a date: its weekday, or in brackets what day it is.
	besideDates = regexp.MustCompile(`\([^()]*\)|[월화수목금토일]요일`)
	// inDates makes "2월 6일부터 8일까지" a range, and lists of what people put between dates.
	inDates = strings.NewReplacer(",", " ", ";", " ", "·", " ", "부터", "~", "까지", " ")
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
	plain := inDates.Replace(besideDates.ReplaceAllString(width.Fold.String(typed), " "))
	plain = anyDate.ReplaceAllStringFunc(rangeHyphen.ReplaceAllString(plain, "$1~"), func(text string) string {
		date := strings.Join(digits.FindAllString(text, -1), "-")
		if date == "" {
			date = "~"
		}
		return " " + date + " "
	})
	dates, ok := readDates(strings.Fields(plain))
	if text := strings.Join(dates, " "); ok && len(text) <= maxHolidays {
		return text
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
		if day.After(next.Time) || next.Sub(day) > maxRange {
			return nil, false
		}
		for ; !day.After(next.Time); day = day.AddDate(0, 0, 1) {
			dates = append(dates, date{day, next.yearly}.String())
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

// read reads a date after d in a text: what it does not say, people have said with d. Soon after 2027-2-6, 2-7 is
// of 2027, and after 2027-12-31, 1-1 is of 2028; but 12-25 is every year's.
func (d date) read(text string, inRange bool) (next date, ok bool) {
	switch strings.Count(text, "-") {
	case 2:
		at, err := time.Parse("2006-1-2", text)
		return date{at, false}, err == nil
	case 1:
		return d.readDay(text, inRange)
	}
	next, ok = dateOf(d.Year(), strconv.Itoa(int(d.Month()))+"-"+text, d.yearly)
	return next, ok && !d.IsZero() && next.After(d.Time)
}

// readDay reads a date without a year.
func (d date) readDay(text string, inRange bool) (next date, ok bool) {
	for _, year := range []int{d.Year(), d.Year() + 1} {
		next, ok = dateOf(year, text, d.yearly)
		if after := next.Sub(d.Time); ok && !d.IsZero() && after >= 0 && (inRange || !d.yearly && after <= maxRange) {
			return next, true
		}
	}
	if inRange {
		return next, false
	}
	return dateOf(2000, text, true)
}

func dateOf(year int, day string, yearly bool) (date, bool) {
	at, err := time.Parse("2006-1-2", strconv.Itoa(year)+"-"+day)
	return date{at, yearly}, err == nil
}
