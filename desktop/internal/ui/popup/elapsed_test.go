package popup

import (
	"testing"
	"time"

	"jumun/desktop/internal/ui/uitest"
)

func TestElapsedSaysTheLargestUnitThatHasPassed(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name   string
		ago    time.Duration
		ko, en string
	}{
		{"the server's clock is ahead", -time.Hour, "방금", "just now"},
		{"at once", 0, "방금", "just now"},
		{"within the first minute", 59 * time.Second, "방금", "just now"},
		{"a minute", time.Minute, "1분 전", "1 min ago"},
		{"nearly an hour", time.Hour - time.Second, "59분 전", "59 min ago"},
		{"an hour", time.Hour, "1시간 전", "1 h ago"},
		{"nearly a day", 24*time.Hour - time.Second, "23시간 전", "23 h ago"},
		{"as long as orders are kept", 72 * time.Hour, "3일 전", "3 d ago"},
	}
	for _, test := range tests {
		for language, want := range map[string]string{"ko": test.ko, "en": test.en} {
			if got := elapsed(uitest.Translator(t, language), now.Add(-test.ago), now); got != want {
				t.Errorf("%s: %q, want %q", test.name, got, want)
			}
		}
	}
}
