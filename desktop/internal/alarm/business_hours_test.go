package alarm

import (
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/settings"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestTheStoreOpensAndCloses(t *testing.T) {
	tests := []struct {
		name          string
		opens, closes string
		zone          string
		now           string
		open          bool
		change        string // "": never
	}{
		{"in the day", "09:00", "22:00", "Asia/Seoul", "2024-07-27 12:00", true, "2024-07-27 22:00"},
		{"at the opening", "09:00", "22:00", "Asia/Seoul", "2024-07-27 09:00", true, "2024-07-27 22:00"},
		{"at the closing", "09:00", "22:00", "Asia/Seoul", "2024-07-27 22:00", false, "2024-07-28 09:00"},
		{"before the opening", "09:00", "22:00", "Asia/Seoul", "2024-07-27 03:00", false, "2024-07-27 09:00"},
		{"beyond midnight", "18:00", "02:00", "Asia/Seoul", "2024-07-27 23:00", true, "2024-07-28 02:00"},
		{"after midnight", "18:00", "02:00", "Asia/Seoul", "2024-07-28 01:00", true, "2024-07-28 02:00"},
		{"at night", "18:00", "02:00", "Asia/Seoul", "2024-07-28 02:00", false, "2024-07-28 18:00"},
		{"until midnight", "09:00", "00:00", "Asia/Seoul", "2024-07-31 23:59", true, "2024-08-01 00:00"},
		{"at the end of a year", "18:00", "02:00", "Asia/Seoul", "2024-12-31 20:00", true, "2025-01-01 02:00"},
		{"always", "09:00", "09:00", "Asia/Seoul", "2024-07-27 08:00", true, ""},
		{"not set", "", "", "Asia/Seoul", "2024-07-27 08:00", true, ""},
		{"half set", "09:00", "", "Asia/Seoul", "2024-07-27 08:00", true, ""},
		{"not a time", "09:00", "24:30", "Asia/Seoul", "2024-07-27 08:00", true, ""},
		{"a night of 23 hours", "09:00", "22:00", "America/New_York", "2024-03-09 23:00", false, "2024-03-10 09:00"},
		{"a night of 25 hours", "09:00", "22:00", "America/New_York", "2024-11-02 23:00", false, "2024-11-03 09:00"},
		{"open over the night of 23 hours", "18:00", "04:00", "America/New_York", "2024-03-09 23:00", true, "2024-03-10 04:00"},
		{"open over the night of 25 hours", "18:00", "04:00", "America/New_York", "2024-11-02 23:00", true, "2024-11-03 04:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := func(s string) time.Time {
				at, err := time.ParseInLocation("2006-01-02 15:04", s, zone(t, tt.zone))
				if err != nil && s != "" {
					t.Fatal(err)
				}
				return at
			}
			h, now := newBusinessHours(settings.Hours{Open: tt.opens, Close: tt.closes}), clock(tt.now)
			if h.open(now) != tt.open || !h.nextChange(now).Equal(clock(tt.change)) {
				t.Errorf("open %v until %v; want %v, %v", h.open(now), h.nextChange(now), tt.open, tt.change)
			}
		})
	}
}

// The oracle tries each quarter of an hour.
func TestTheHoursDoNotChangeBeforeNextChange(t *testing.T) {
	zones := []string{"Asia/Seoul", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"}
	months := []time.Month{time.March, time.November, time.December}
	for _, name := range zones {
		for _, text := range []string{"09:00-22:00", "18:00-02:00", "00:00-00:01", "00:01-00:00", "02:30-02:15", "02:00-03:00", "23:59-00:00", "00:00-12:00"} {
			opens, closes, _ := strings.Cut(text, "-")
			h := newBusinessHours(settings.Hours{Open: opens, Close: closes})
			for _, m := range months {
				from := time.Date(2011, m, 1, 0, 0, 0, 0, zone(t, name))
				for now := from; now.Before(from.AddDate(0, 1, 0)); now = now.Add(7 * time.Hour) {
					holds(t, h, now)
				}
			}
		}
	}
}

func holds(t *testing.T, h businessHours, now time.Time) {
	t.Helper()
	change := h.nextChange(now)
	if !change.After(now) || change.Sub(now) > 50*time.Hour || h.open(change) == h.open(now) {
		t.Fatalf("%+v at %v: no change at %v", h, now, change)
	}
	for at := now; at.Before(change); at = at.Add(15 * time.Minute) {
		if h.open(at) != h.open(now) {
			t.Fatalf("%+v at %v: changed by %v, before %v", h, now, at, change)
		}
	}
}

func TestWeekdaysBreaksAndHolidays(t *testing.T) {
	const friday, saturday = time.Friday, time.Saturday
	week := func(days map[time.Weekday]string) (w settings.Week) {
		for day, text := range days {
			w[day] = text
		}
		return w
	}
	tests := []struct {
		name   string
		hours  settings.Hours
		now    string // 2026-12-25 is a Friday
		open   bool
		change string
	}{
		{"within the break", settings.Hours{Open: "09:00", Close: "22:00", Break: "15:00-17:00"}, "2026-12-25 15:30", false, "2026-12-25 17:00"},
		{"before the break", settings.Hours{Open: "09:00", Close: "22:00", Break: "15:00-17:00"}, "2026-12-25 14:30", true, "2026-12-25 15:00"},
		{"a break after midnight", settings.Hours{Open: "18:00", Close: "04:00", Break: "01:00-01:30"}, "2026-12-26 01:10", false, "2026-12-26 01:30"},
		{"a break of a store that is always open", settings.Hours{Break: "04:00-05:00"}, "2026-12-25 06:00", true, "2026-12-26 04:00"},
		{"a day off", settings.Hours{Open: "09:00", Close: "22:00", Week: week(map[time.Weekday]string{friday: settings.DayOff})}, "2026-12-25 12:00", false, "2026-12-26 09:00"},
		{"a day off of a store that is always open", settings.Hours{Week: week(map[time.Weekday]string{friday: settings.DayOff})}, "2026-12-25 12:00", false, "2026-12-26 00:00"},
		{"hours of its own, without the break", settings.Hours{Open: "09:00", Close: "22:00", Break: "15:00-17:00", Week: week(map[time.Weekday]string{friday: "11:00-21:00"})}, "2026-12-25 15:30", true, "2026-12-25 21:00"},
		{"two spans", settings.Hours{Week: week(map[time.Weekday]string{friday: "11:00-15:00 17:00-02:00", saturday: settings.DayOff})}, "2026-12-25 23:00", true, "2026-12-26 02:00"},
		{"all of a day, between others", settings.Hours{Open: "09:00", Close: "22:00", Week: week(map[time.Weekday]string{friday: settings.AllDay})}, "2026-12-25 12:00", true, "2026-12-26 00:00"},
		{"a holiday of each year", settings.Hours{Open: "09:00", Close: "22:00", Holidays: "12-25 01-01"}, "2026-12-25 12:00", false, "2026-12-26 09:00"},
		{"a holiday of another year", settings.Hours{Open: "09:00", Close: "22:00", Holidays: "2027-12-25"}, "2026-12-25 12:00", true, "2026-12-25 22:00"},
		{"the night before a holiday", settings.Hours{Open: "18:00", Close: "02:00", Holidays: "12-25"}, "2026-12-25 01:00", true, "2026-12-25 02:00"},
		{"closed for a week and a half", settings.Hours{Holidays: "12-20 12-21 12-22 12-23 12-24 12-25 12-26 12-27 12-28 12-29 12-30 12-31"}, "2026-12-20 12:00", false, ""},
		{"never open", settings.Hours{Week: settings.Week{"off", "off", "off", "off", "off", "off", "off"}}, "2026-12-25 12:00", false, ""},
		{"a weekday that nobody can read", settings.Hours{Open: "09:00", Close: "22:00", Week: week(map[time.Weekday]string{friday: "morning"})}, "2026-12-25 03:00", true, "2026-12-26 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clock := func(s string) (at time.Time) {
				if s != "" {
					var err error
					if at, err = time.ParseInLocation("2006-01-02 15:04", s, zone(t, "Asia/Seoul")); err != nil {
						t.Fatal(err)
					}
				}
				return at
			}
			h, now := newBusinessHours(tt.hours), clock(tt.now)
			if h.open(now) != tt.open || !h.nextChange(now).Equal(clock(tt.change)) {
				t.Errorf("open %v until %v; want %v, %v", h.open(now), h.nextChange(now), tt.open, tt.change)
			}
		})
	}
}

// FuzzWeek compares the hours of random weeks with an oracle that knows which minutes are open.
func FuzzWeek(f *testing.F) {
	f.Add("09:00-15:00 17:00-22:00", "off", "22:00-06:00", uint16(0))
	f.Add("00:00-00:00", "", "23:59-00:00", uint16(9000))
	f.Fuzz(func(t *testing.T, a, b, c string, minute uint16) {
		hours := settings.Clean(settings.Settings{Hours: settings.Hours{Open: "10:00", Close: "01:00", Week: settings.Week{a, b, c, a, "", b, c}}}).Hours
		if settings.Check(settings.Settings{Hours: hours})["hours"] != "" {
			return
		}
		monday := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
		now := monday.Add(time.Duration(minute%(7*24*60)) * time.Minute)
		want := false
		for day := range 8 { // from the day before Monday on
			midnight := monday.AddDate(0, 0, day-1)
			for _, span := range hours.Spans(midnight.Weekday()) {
				into := int(now.Sub(midnight) / time.Minute)
				want = want || into >= span.Opens && into < span.Closes
			}
		}
		if got := newBusinessHours(hours).open(now); got != want {
			t.Fatalf("%+v at %v: open is %v", hours, now, got)
		}
	})
}
