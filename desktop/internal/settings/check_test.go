package settings

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"jumun/assets/translations"
	"jumun/shared/order"
)

func good(t testing.TB) Settings {
	return with(func(s *Settings) {
		s.Server, s.Mart, s.Device, s.CA = "https://jumun.example.com", "42", "카운터", filepath.Join(t.TempDir(), "ca.pem")
		s.Volume, s.Sound, s.Tune, s.Repeat, s.Remind = 0.7, filepath.Join(t.TempDir(), "벨.wav"), TuneChime, 5, 0
		s.Raise, s.Digits = true, true
		s.Enrol = "ABCDE-FGHJK-MNPQR-STUVW-XYZ23"
		s.MartName = MartName{Mart: "42", Name: "강남점"}
		s.Aging, s.Patience = Aging{Late: 2, VeryLate: 10}, 30
		s.Hours = Hours{Open: "09:00", Close: "02:00", Outside: OutsidePopup}
		s.Language, s.Scale, s.Login = "ko", 1.25, false
		s.Popup, s.Flash = Popup{Corner: TopLeft, Monitor: "HDMI-1", Size: 1.25}, true
	})
}

// with returns the defaults with a change.
func with(change func(*Settings)) Settings {
	s := Default()
	change(&s)
	return s
}

func TestCheckServer(t *testing.T) {
	tests := []struct{ name, server, want string }{
		{"a name", "https://jumun.example.com", ""},
		{"a name in Hangul", "https://주문.한국", ""},
		{"a port", "https://jumun.example.com:8443", ""},
		{"an IPv6 address", "https://[2001:db8::1]:443", ""},
		{"unencrypted, on this computer", "http://127.0.0.1:8080", ""},
		{"unencrypted, on this computer by name", "http://localhost:8080", ""},
		{"unencrypted, on this computer by IPv6", "http://[::1]:8080", ""},
		{"none", "", "settings.server-missing"},
		{"unencrypted, across the network", "http://jumun.example.com", "settings.server-insecure"},
		{"unencrypted, in the store's own network", "http://192.168.0.10:8080", "settings.server-insecure"},
		{"unencrypted, with a name that only looks local", "http://localhost.example.com", "settings.server-insecure"},
		{"another scheme", "ftp://jumun.example.com", "settings.server-not-url"},
		{"a script", "javascript:alert(1)", "settings.server-not-url"},
		{"no host", "https://", "settings.server-not-url"},
		{"a comma that was left", "https://jumun.example.com,", "settings.server-not-url"},
		{"two hosts", "https://a.example,b.example", "settings.server-not-url"},
		{"a port and no host", "https://:8080", "settings.server-not-url"},
		{"a colon and no port", "https://host:", "settings.server-not-url"},
		{"a port that does not exist", "https://host:70000", "settings.server-not-url"},
		{"port 0", "https://host:0", "settings.server-not-url"},
		{"a space inside", "https://jumun example.com", "settings.server-not-url"},
		{"a line break inside", "https://jumun\n.example.com", "settings.server-not-url"},
		{"text", "서버 주소", "settings.server-not-url"},
		{"ten megabytes", "https://" + strings.Repeat("a", 10<<20), "settings.server-not-url"},
		{"a path", "https://jumun.example.com/v1/marts", "settings.server-extra"},
		{"a password", "https://me:secret@jumun.example.com", "settings.server-extra"},
		{"a query", "https://jumun.example.com?a=b", "settings.server-extra"},
		{"an empty query", "https://jumun.example.com?", "settings.server-extra"},
		{"a fragment", "https://jumun.example.com#top", "settings.server-extra"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := good(t)
			s.Server = tt.server
			if got := Check(s)["server"]; got != tt.want {
				t.Errorf("%q: %q, want %q", tt.server, got, tt.want)
			}
		})
	}
}

func TestAnUnencryptedServerMustBeAllowed(t *testing.T) {
	tests := []struct{ name, server, want string }{
		{"unencrypted, in the store's own network", "http://192.168.0.10:8080", ""},
		{"encrypted in spite of it", "https://jumun.example.com", ""},
		{"another scheme stays wrong", "ftp://jumun.example.com", "settings.server-not-url"},
		{"a path stays wrong", "http://jumun.example.com/v1", "settings.server-extra"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := good(t)
			s.Server, s.Insecure = tt.server, true
			if got := Check(s)["server"]; got != tt.want {
				t.Errorf("%q: %q, want %q", tt.server, got, tt.want)
			}
		})
	}
}

func TestADeviceNameBecomesOneLine(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"good as it is", "카운터 2", "카운터 2"},
		{"spaces and line breaks", "\ufeff 카운터\r\n2 ", "카운터 2"},
		{"nothing", " \u200b", ""},
		{"too long", strings.Repeat("가", 65), strings.Repeat("가", 63) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Clean(Settings{Device: tt.in})
			if problem := Check(got)["device"]; got.Device != tt.want || problem != "" {
				t.Errorf("%q, %q; want %q", got.Device, problem, tt.want)
			}
		})
	}
}

func TestCheckOtherFields(t *testing.T) {
	tests := []struct {
		name        string
		change      func(*Settings)
		field, want string
	}{
		{"all good", func(*Settings) {}, "", ""},
		{"no mart", func(s *Settings) { s.Mart = "" }, "mart", "settings.mart-missing"},
		{"two marts", func(s *Settings) { s.Mart = "4 2" }, "mart", "settings.mart-malformed"},
		{"the softest alarm", func(s *Settings) { s.Volume = minVolume }, "", ""},
		{"the loudest", func(s *Settings) { s.Volume = 1 }, "", ""},
		{"a muted alarm", func(s *Settings) { s.Volume = 0 }, "volume", "settings.volume-range"},
		{"above the top", func(s *Settings) { s.Volume = 1.01 }, "volume", "settings.volume-range"},
		{"not a number", func(s *Settings) { s.Volume = math.NaN() }, "volume", "settings.volume-range"},
		{"the built-in sound", func(s *Settings) { s.Sound = "" }, "", ""},
		{"a relative path of a sound", func(s *Settings) { s.Sound = "bell.wav" }, "sound", "settings.sound-path"},
		{"a name of two lines", func(s *Settings) { s.Device = "a\nb" }, "device", "settings.device-long"},
		{"no authorities of our own", func(s *Settings) { s.CA = "" }, "", ""},
		{"a relative path of authorities", func(s *Settings) { s.CA = "ca.pem" }, "ca", "settings.ca-path"},
		{"a tune of a newer version", func(s *Settings) { s.Tune = "song" }, "tune", "settings.tune-unknown"},
		{"calls without a pause", func(s *Settings) { s.Repeat = 0 }, "repeat", "settings.repeat-range"},
		{"the longest pause", func(s *Settings) { s.Repeat = 60 }, "", ""},
		{"a longer one", func(s *Settings) { s.Repeat = 61 }, "repeat", "settings.repeat-range"},
		{"never reminded", func(s *Settings) { s.Remind = 0 }, "", ""},
		{"reminded before the order came", func(s *Settings) { s.Remind = -1 }, "remind", "settings.remind-range"},
		{"reminded after an hour", func(s *Settings) { s.Remind = 61 }, "remind", "settings.remind-range"},
		{"never late", func(s *Settings) { s.Aging = Aging{} }, "", ""},
		{"late, and never very late", func(s *Settings) { s.Aging = Aging{Late: 600} }, "", ""},
		{"very late alone", func(s *Settings) { s.Aging = Aging{VeryLate: 1440} }, "", ""},
		{"very late as soon as late", func(s *Settings) { s.Aging = Aging{Late: 5, VeryLate: 5} }, "aging", "settings.aging-order"},
		{"late before the order came", func(s *Settings) { s.Aging = Aging{Late: -1} }, "aging", "settings.aging-range"},
		{"late the next day", func(s *Settings) { s.Aging = Aging{Late: 601} }, "aging", "settings.aging-range"},
		{"very late in a year", func(s *Settings) { s.Aging = Aging{VeryLate: 1441} }, "aging", "settings.aging-range"},
		{"no patience", func(s *Settings) { s.Patience = 4 }, "patience", "settings.patience-range"},
		{"the least patience", func(s *Settings) { s.Patience = 5 }, "", ""},
		{"too much patience", func(s *Settings) { s.Patience = 301 }, "patience", "settings.patience-range"},
		{"always open", func(s *Settings) { s.Hours = Hours{} }, "", ""},
		{"a choice without hours", func(s *Settings) { s.Hours = Hours{Outside: OutsideSilent} }, "", ""},
		{"the store never closes", func(s *Settings) { s.Hours.Close = "" }, "hours", "settings.hours-both"},
		{"the store closes when it opens", func(s *Settings) { s.Hours.Close = s.Hours.Open }, "hours", "settings.hours-same"},
		{"not a time", func(s *Settings) { s.Hours.Open = "아침" }, "hours", "settings.hours-time"},
		{"a time that was not cleaned", func(s *Settings) { s.Hours.Open = "9:00" }, "hours", "settings.hours-time"},
		{"another choice outside", func(s *Settings) { s.Hours.Outside = "dance" }, "hours", "settings.hours-outside"},
		{"the system's language", func(s *Settings) { s.Language = "" }, "", ""},
		{"an unknown language", func(s *Settings) { s.Language = "ja" }, "language", "settings.language-unknown"},
		{"the smallest windows", func(s *Settings) { s.Scale = 0.8 }, "", ""},
		{"smaller ones", func(s *Settings) { s.Scale = 0.79 }, "scale", "settings.scale-range"},
		{"the largest", func(s *Settings) { s.Scale = 2.5 }, "", ""},
		{"larger ones", func(s *Settings) { s.Scale = 2.51 }, "scale", "settings.scale-range"},
		{"a scale that is not a number", func(s *Settings) { s.Scale = math.NaN() }, "scale", "settings.scale-range"},
		{"the popup of a new installation", func(s *Settings) { s.Popup = Popup{} }, "", ""},
		{"a corner that no screen has", func(s *Settings) { s.Popup.Corner = "middle" }, "popup", "settings.popup-place"},
		{"a large popup", func(s *Settings) { s.Popup.Size = 1.5 }, "", ""},
		{"a popup of the usual size", func(s *Settings) { s.Popup.Size = 1 }, "", ""},
		{"a popup that fills the screen", func(s *Settings) { s.Popup.Size = 5 }, "popup", "settings.popup-size"},
		{"a popup that nobody can read", func(s *Settings) { s.Popup.Size = 0.5 }, "popup", "settings.popup-size"},
		{"a popup of no size", func(s *Settings) { s.Popup.Size = math.NaN() }, "popup", "settings.popup-size"},
		{"a monitor of two lines", func(s *Settings) { s.Popup.Monitor = "HDMI\n1" }, "popup", "settings.popup-place"},
		{"a PIN in place of its hash", func(s *Settings) { s.PIN = "1234" }, "pin", "settings.pin-malformed"},
		{"a sound with a NUL", func(s *Settings) { s.Sound += "\x00" }, "sound", "settings.sound-path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := good(t)
			tt.change(&s)
			got := Check(s)
			if tt.want == "" && len(got) > 0 || got[tt.field] != tt.want {
				t.Errorf("%v, want %s: %s", got, tt.field, tt.want)
			}
		})
	}
}

func TestCleanRemovesWhatPeoplePasteByMistake(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"good as it is", "https://jumun.example.com:8443", "https://jumun.example.com:8443"},
		{"spaces and a line break", "  https://jumun.example.com \r\n", "https://jumun.example.com"},
		{"invisible characters", "\ufeffhttps://jumun.example.com\u200b", "https://jumun.example.com"},
		{"trailing slashes", "https://jumun.example.com//", "https://jumun.example.com"},
		{"capitals", "HTTPS://Jumun.Example.COM/", "https://jumun.example.com"},
		{"no scheme", "jumun.example.com", "https://jumun.example.com"},
		{"no scheme, a port", "jumun.example.com:8443", "https://jumun.example.com:8443"},
		{"no scheme, this computer", "localhost:8080", "http://localhost:8080"},
		{"no scheme, this computer's address", "127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"nothing but spaces", " \t ", ""},
		{"a path stays for Check", "https://a.example/B/", "https://a.example/B"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Clean(Settings{Server: tt.in, Mart: " 42\n"})
			if got.Server != tt.want || got.Mart != "42" {
				t.Errorf("%q and %q, want %q", got.Server, got.Mart, tt.want)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"host", "HTTP://[::1]/", "https://u:p@h/p?q#f", "\ufeff a:b ", "://", "http:///", "https:// /"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		once := Clean(Settings{Server: in, Mart: order.MartID(in), Device: in, CA: in, Sound: in, Tune: in, Language: in, PIN: in})
		if again := Clean(once); again != once && len(Check(once)["server"]) == 0 {
			t.Fatalf("%q became %+v, then %+v", in, once, again)
		}
		if problem := Check(once)["device"]; problem != "" {
			t.Fatalf("%q: %s", once.Device, problem)
		}
	})
}

func TestEveryProblemHasAText(t *testing.T) {
	raw, err := translations.Files.ReadFile("ko.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"server-missing", "server-not-url", "server-extra", "server-insecure",
		"mart-missing", "mart-malformed", "device-long", "volume-range", "sound-path", "ca-path",
		"tune-unknown", "repeat-range", "remind-range", "aging-range", "aging-order", "patience-range",
		"hours-outside", "hours-time", "hours-both", "hours-same", "language-unknown", "scale-range", "popup-place", "pin-malformed"} {
		if texts["settings."+id] == "" {
			t.Errorf("settings.%s has no text", id)
		}
	}
}

func TestAMartIsCheckedAndSpeltAsServersKnowIt(t *testing.T) {
	tests := []struct {
		name     string
		in, want order.MartID
		problem  string
	}{
		{"full-width digits", "４２", "42", ""},
		{"Hangul letter by letter, as macOS writes it", "\u1100\u1161\u11bc남점", "강남점", ""},
		{"what does not survive in a path", "2026/1", "2026/1", "settings.mart-path"},
		{"a full-width slash", "２０２６／１", "２０２６／１", "settings.mart-path"},
		{"a space", "4 2", "4 2", "settings.mart-malformed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := good(t)
			s.Mart = tt.in
			s = Clean(s)
			if problem := Check(s)["mart"]; s.Mart != tt.want || problem != tt.problem {
				t.Errorf("%q, %q", s.Mart, problem)
			}
		})
	}
}

func TestASettingsFileWithAnotherSpellingOfTheMartWorks(t *testing.T) {
	for file, want := range map[string]order.MartID{`{"mart":"４２"}`: "42", "{\"mart\":\"\u1100\u1161\u11bc남점\"}": "강남점"} {
		if s, err := parse([]byte(file)); err != nil || s.Mart != want {
			t.Errorf("%s: %q, %v", file, s.Mart, err)
		}
	}
}
