package client

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"jumun/desktop/internal/i18n"
)

func TestAnErrorIsExplainedInOneLanguage(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		ko, en string
	}{
		{"one that has a message", fmt.Errorf("%w (%w)", errUnreached, errors.New("dial tcp: refused")),
			"서버에 연결할 수 없습니다. 인터넷과 서버 주소를 확인하세요", "The server cannot be reached. Check the internet connection and the server address"},
		{"the server's own words in both languages", fmt.Errorf("confirm order: %w", &serverSays{"409 Conflict", "no / such thing / 그런 것이 없습니다"}),
			"그런 것이 없습니다", "no / such thing"},
		{"the server's own words in one language", &serverSays{"418", "a teapot"}, "a teapot", "a teapot"},
		{"too many attempts", &TooManyError{Wait: 90 * time.Second},
			"여러 번 시도해서 잠시 기다려야 합니다. 2분 뒤에 다시 해 보세요", "Paused after several tries. Try again in 2 min"},
		{"too many attempts, and nobody knows for how long", &TooManyError{}, "잠시 뒤에 다시 입력하세요", "Try again in a moment"},
		{"the system's words", errors.New("no route\nto host"), "no route to host", "no route to host"},
	}
	for _, tt := range tests {
		for language, want := range map[string]string{"ko": tt.ko, "en": tt.en} {
			tr, err := i18n.New(language)
			if err != nil {
				t.Fatal(err)
			}
			if got := Explain(tr, tt.err); got != want {
				t.Errorf("%s, %s: %q", tt.name, language, got)
			}
		}
	}
}

// Each message has a text in both languages: Text returns the ID where there is none.
func TestEveryMessageHasAText(t *testing.T) {
	for _, err := range []error{
		ErrCode, errUnreached, errNoName, errAway, errHeldBack, errOffline, errBroke, errProxyPassword, errProxyAway, errNotReady, errUnknown, errExpired, errOtherMart, errRevoked, errBlocked, errNotServer, errRedirected, errRepeats,
		errTooLong, errNoToken, errEnded, errSilent, errNoAnswer, errNoConnect, errReconnect, errUntrusted, errUntimely, errMisnamed, errBadCA, errSlowCA,
	} {
		for _, language := range []string{"ko", "en"} {
			tr, _ := i18n.New(language)
			if m := err.(*message); Explain(tr, err) == m.id {
				t.Errorf("%s has no text in %s", m.id, language)
			}
		}
	}
}
