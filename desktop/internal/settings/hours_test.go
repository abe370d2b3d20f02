package settings

import (
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
