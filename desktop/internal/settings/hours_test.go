package settings

import (
	"strings"
	"testing"
)

func TestTimesAreAcceptedAsPeopleWriteThem(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"as it is stored", "09:00", "09:00"},
		{"one digit", "9:00", "09:00"},
		{"without a colon", "0900", "09:00"},
		{"without a colon and a zero", "900", "09:00"},
		{"the hour alone", "22", "22:00"},
		{"in Korean", "오전 9:00", "09:00"},
		{"in Korean words", "오후 10시 30분", "22:30"},
		{"an hour in Korean", "9시", "09:00"},
		{"in English", "9:30 pm", "21:30"},
		{"in English with dots", "9 a.m.", "09:00"},
		{"with a dot", "21.30", "21:30"},
		{"with the colon of a Korean keyboard", "21：30", "21:30"},
		{"as wide as Hangul", "２１：３０", "21:30"},
		{"midnight as the end of a day", "24:00", "00:00"},
		{"midnight", "오전 12:00", "00:00"},
		{"noon", "오후 12시", "12:00"},
		{"both clocks at once", "오후 22:00", "22:00"},
		{"spaces around", " 9:00\n", "09:00"},
		{"none", "", ""},
		{"an hour too many", "25:00", "25:00"},
		{"a minute too many", "9:60", "9:60"},
		{"half a minute", "9:3", "9:3"},
		{"text", "아침", "아침"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Clean(Settings{Hours: Hours{Open: tt.typed, Close: tt.typed}}).Hours
			if got.Open != tt.want || got.Close != tt.want {
				t.Errorf("%q became %+v, not %q", tt.typed, got, tt.want)
			}
		})
	}
}

func FuzzCleanTime(f *testing.F) {
	for _, typed := range []string{"09:00", "오후 10시 30분", "24", "PMAM9", "9:30 p.m.", "\ufeff900"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		once := cleanTime(typed)
		if again := cleanTime(once); again != once {
			t.Fatalf("%q became %q, then %q", typed, once, again)
		}
		if once != trim(typed) && !isTime(once) {
			t.Fatalf("%q became %q, which is not a time", typed, once)
		}
	})
}

func TestHoursOfADayAreAcceptedAsPeopleWriteThem(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"as they are stored", "11:00-15:00 17:00-21:00", "11:00-15:00 17:00-21:00"},
		{"with the sign that Koreans use, and a comma", "11시~15시, 17시~21시", "11:00-15:00 17:00-21:00"},
		{"halves of the day", "오전 11:00 - 오후 3시 30분 오후 5:00 - 오후 9:00", "11:00-15:30 17:00-21:00"},
		{"in English", "11 am - 3 pm, 5 pm - 9 pm", "11:00-15:00 17:00-21:00"},
		{"beyond midnight", "18~02", "18:00-02:00"},
		{"as wide as Hangul", "１１：００～１５：００", "11:00-15:00"},
		{"a day off in other words", "정기휴무", DayOff},
		{"a day off", " 휴무 ", DayOff},
		{"a day off in English", "Closed", DayOff},
		{"all day", "24시간", AllDay},
		{"all day in English", "24h", AllDay},
		{"none", "", ""},
		{"one time", "11:00", "11:00"},
		{"three times", "11:00-15:00-17:00", "11:00-15:00-17:00"},
		{"text", "아침-저녁", "아침-저녁"},
	}
	for _, tt := range tests {
		if got := cleanSpans(tt.typed); got != tt.want {
			t.Errorf("%s: %q became %q, not %q", tt.name, tt.typed, got, tt.want)
		}
	}
}

func TestHolidaysAreAcceptedAsPeopleWriteThem(t *testing.T) {
	tests := []struct{ name, typed, want string }{
		{"as they are stored", "12-25 2027-02-06", "12-25 2027-02-06"},
		{"those of each year come first", "2027-02-06, 2028-12-25 1-1 5/5", "05-05 2027-02-06 2028-12-25 2029-01-01"},
		{"those of each year among others", "12/25 2027/2/6 1/1", "12-25 01-01 2027-02-06"},
		{"the year is written once", "2027년 2월 6일, 2월 7일, 8일", "2027-02-06 2027-02-07 2027-02-08"},
		{"a new year", "2027-12-31, 1-1", "2027-12-31 2028-01-01"},
		{"a range", "2027년 2월 27일~3월 1일", "2027-02-27 2027-02-28 2027-03-01"},
		{"a range within a month", "2월 6일 ~ 8일", "02-06 02-07 02-08"},
		{"a range in words", "2월 6일부터 8일까지, 12/25", "02-06 02-07 02-08 12-25"},
		{"a range with a leap day", "2/28~3/1", "02-28 02-29 03-01"},
		{"a range with a hyphen", "2/6-8, 2월 10일 - 2월 11일 2027.9.24-26", "02-06 02-07 02-08 02-10 02-11 2027-09-24 2027-09-25 2027-09-26"},
		{"weekdays, and what day it is", "12월 25일(금), 2027. 5. 5. 수요일, 3/1(삼일절)·6/6", "12-25 03-01 06-06 2027-05-05"},
		{"weekdays in a range", "2027.2.6(토)~2.8(월)", "2027-02-06 2027-02-07 2027-02-08"},
		{"a range over the new year", "12/31~1/2", "12-31 01-01 01-02"},
		{"a range with short dates", "2/6～8", "02-06 02-07 02-08"},
		{"as wide as Hangul", "１２월 ２５일", "12-25"},
		{"a range without an end", "2월 6일~", "2월 6일~"},
		{"a range without a beginning", "~2월 6일", "~2월 6일"},
		{"a range that is too long", "2027-1-1~2999-1-1", "2027-1-1~2999-1-1"},
		{"a range of months", "2/8~11/6", "2/8~11/6"},
		{"a range of years backwards", "2027/2/8~2026/2/6", "2027/2/8~2026/2/6"},
		{"a range backwards", "2/8~2/6", "2/8~2/6"},
		{"too many", strings.Repeat("1/1~1/20 ", 20), strings.TrimSpace(strings.Repeat("1/1~1/20 ", 20))},
		{"a range that ends before", "2월 6일~4일", "2월 6일~4일"},
		{"a number", "12/25 20270206", "12/25 20270206"},
		{"with slashes and commas", "12/25, 1/1", "12-25 01-01"},
		{"with dots", "2027.2.6. 2027.2.7", "2027-02-06 2027-02-07"},
		{"with dots and spaces", "2027. 2. 6. 2027. 2. 7.", "2027-02-06 2027-02-07"},
		{"in Korean", "12월 25일 2027년 2월 6일", "12-25 2027-02-06"},
		{"the 29th of February", "2/29", "02-29"},
		{"none", "", ""},
		{"a day that there is not", "2/30, 12/25", "2/30, 12/25"},
		{"text", "설날", "설날"},
	}
	for _, tt := range tests {
		if got := cleanDates(tt.typed); got != tt.want {
			t.Errorf("%s: %q became %q, not %q", tt.name, tt.typed, got, tt.want)
		}
	}
}

func TestHoursThatCannotBeAreRefused(t *testing.T) {
	tests := []struct {
		name  string
		hours Hours
		want  string
	}{
		{"none", Hours{}, ""},
		{"a break", Hours{Open: "09:00", Close: "22:00", Break: "15:00-17:00"}, ""},
		{"a break without hours", Hours{Break: "04:00-05:00"}, ""},
		{"a break after closing", Hours{Open: "09:00", Close: "22:00", Break: "22:30-23:00"}, "settings.hours-break"},
		{"a break at the opening", Hours{Open: "09:00", Close: "22:00", Break: "09:00-10:00"}, "settings.hours-break"},
		{"a break until the closing", Hours{Open: "09:00", Close: "22:00", Break: "21:00-22:00"}, "settings.hours-break"},
		{"no break", Hours{Break: "점심"}, "settings.hours-break"},
		{"a week", Hours{Week: Week{"off", "11:00-15:00 17:00-21:00", "18:00-02:00", "24시간", "", "00:00-00:00"}}, ""},
		{"spans that overlap", Hours{Week: Week{"11:00-15:00 14:00-21:00"}}, "settings.hours-week"},
		{"spans in another order", Hours{Week: Week{"17:00-21:00 11:00-15:00"}}, "settings.hours-week"},
		{"a day that runs into itself", Hours{Week: Week{"10:00-12:00 18:00-11:00"}}, "settings.hours-week"},
		{"a weekday of text", Hours{Week: Week{"", "아침"}}, "settings.hours-week"},
		{"a holiday of text", Hours{Holidays: "설날"}, "settings.hours-holidays"},
		{"no day of the week", Hours{Week: Week{"휴무", "휴무", "휴무", "휴무", "휴무", "휴무", "휴무"}}, "settings.hours-never"},
		{"too many holidays", Hours{Holidays: strings.Repeat("12-25 ", 400)}, "settings.hours-holidays"},
	}
	for _, tt := range tests {
		if got := Check(Clean(Settings{Hours: tt.hours}))["hours"]; got != tt.want {
			t.Errorf("%s: %q, not %q", tt.name, got, tt.want)
		}
	}
}

func FuzzCleanSpansAndDates(f *testing.F) {
	for _, typed := range []string{"11시~15시, 17시~21시", "휴무", "12월 25일", "2027.2.6.", "오전 9-오후 3", "--", "24시간", "2/6~8", "2월 28일부터 3월 1일까지", "2027-12-31 1-1"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, clean := range []func(string) string{cleanSpans, cleanDates} {
			once := clean(typed)
			if again := clean(once); again != once {
				t.Fatalf("%q became %q, then %q", typed, once, again)
			}
		}
		spans, err := parseSpans(cleanSpans(typed))
		for i, s := range spans {
			if err == nil && (s.Closes <= s.Opens || s.Closes > 2*dayMinutes || i > 0 && s.Opens < spans[i-1].Closes) {
				t.Fatalf("%q has %+v", typed, spans)
			}
		}
	})
}
