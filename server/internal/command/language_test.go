package command

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
)

func TestTheLanguageIsThatOfTheLocale(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want language
	}{
		{"no locale", nil, english},
		{"LANG", map[string]string{"LANG": "ko_KR.UTF-8"}, korean},
		{"LC_MESSAGES before LANG", map[string]string{"LC_MESSAGES": "ko", "LANG": "en_US.UTF-8"}, korean},
		{"LC_ALL before all", map[string]string{"LC_ALL": "C", "LC_MESSAGES": "ko_KR", "LANG": "ko_KR"}, english},
		{"another language", map[string]string{"LANG": "kok_IN"}, english},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := languageOf(func(name string) string { return tt.env[name] }); got != tt.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestAMessageIsInOneLanguage(t *testing.T) {
	inner := advise(errors.New("cause"), "do this", "이렇게 하세요")
	outer := advise(fmt.Errorf("flag: %w", inner), "see that", "저것을 보세요")
	if got := english.message(outer); got != "flag: cause: do this: see that" || got != outer.Error() {
		t.Errorf("in English: %s", got)
	}
	if got := korean.message(outer); got != "flag: cause: 이렇게 하세요: 저것을 보세요" {
		t.Errorf("in Korean: %s", got)
	}
	if got := korean.message(errors.New("cause")); got != "cause" {
		t.Errorf("without advice: %s", got)
	}
}

func TestTheErrorsOfACommandAreInTheLanguageOfTheLocale(t *testing.T) {
	hangul := func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	}
	for _, args := range []string{"serve --nope", "revoke", "serve --listen x", "order --mart 42 --order 1 --redis x"} {
		for locale, want := range map[string]bool{"en_US.UTF-8": false, "ko_KR.UTF-8": true} {
			getenv := func(name string) string { return map[string]string{"LANG": locale}[name] }
			if code, _, stderr := run(t, getenv, strings.Fields(args)...); code == exitDone || hangul(stderr) != want || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s with %s: %s", args, locale, stderr)
			}
		}
	}
}
