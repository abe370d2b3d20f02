package command

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

func TestARefusalIsInTheLanguageOfTheLocale(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { httperror.Revoked(w, wire.RoleDevice) }))
	defer server.Close()
	for locale, want := range map[string]string{
		"C":           "jumun-server: 401 Unauthorized: this device was unpaired: ask an administrator\n",
		"ko_KR.UTF-8": "jumun-server: 401 Unauthorized: 페어링이 해제되었습니다: 관리자에게 문의하세요\n",
	} {
		getenv := func(name string) string { return map[string]string{"LANG": locale, "JUMUN_TOKEN": "x"}[name] }
		if _, _, stderr := run(t, getenv, "devices", "--mart", "42", "--server", server.URL); stderr != want {
			t.Errorf("with %s: %s", locale, stderr)
		}
	}
}

func TestAnAnswerWithoutAProblemIsAnError(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Error(w, "no", http.StatusTeapot)
		}
		_, _ = io.WriteString(w, "<html>")
	}))
	defer server.Close()
	getenv := func(name string) string { return map[string]string{"JUMUN_TOKEN": "x"}[name] }
	for _, args := range []string{"devices --mart 42", "revoke --mart 42"} {
		code, _, stderr := run(t, getenv, append(strings.Fields(args), "--server", server.URL)...)
		if code != exitFailed || !strings.Contains(stderr, "check --server") {
			t.Errorf("%s: exit code %d: %s", args, code, stderr)
		}
	}
}
