package alarm

import (
	"fmt"
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
			h, now := parseBusinessHours(settings.Hours{Open: tt.opens, Close: tt.closes}), clock(tt.now)
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
		for _, h := range []businessHours{{540, 1320}, {1080, 120}, {0, 1}, {1, 0}, {150, 135}, {120, 180}, {1439, 0}, {0, 720}} {
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

// FuzzHours compares with a slow and obvious parser of times of day.
func FuzzHours(f *testing.F) {
	for _, s := range []string{"", "09:00", "9:00", "24:00", "23:59", "00:60", "-1:00", "09:00:00", "٠٩:00", " 9:00"} {
		f.Add(s, "22:00")
		f.Add("09:00", s)
	}
	minutes := map[string]int{}
	for m := range 24 * 60 {
		minutes[fmt.Sprintf("%02d:%02d", m/60, m%60)] = m
		minutes[fmt.Sprintf("%d:%02d", m/60, m%60)] = m
	}
	f.Fuzz(func(t *testing.T, opens, closes string) {
		var want businessHours
		o, ok := minutes[opens]
		if c, too := minutes[closes]; ok && too {
			want = businessHours{o, c}
		}
		if got := parseBusinessHours(settings.Hours{Open: opens, Close: closes}); got != want {
			t.Fatalf("%q to %q is %+v, want %+v", opens, closes, got, want)
		}
		if want.opens != want.closes {
			holds(t, want, noon)
		}
	})
}
