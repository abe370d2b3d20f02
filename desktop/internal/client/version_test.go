package client

import (
	"net/http"
	"testing"
)

func TestEveryRequestSaysWhichVersionOfTheAppSendsIt(t *testing.T) {
	for version, want := range map[string]string{"": "jumun", "1.2.3+abc": "jumun/1.2.3+abc"} {
		req := &http.Request{Header: make(http.Header)}
		if (&Client{Version: version}).sign(req); req.UserAgent() != want {
			t.Errorf("version %q: %q; want %q", version, req.UserAgent(), want)
		}
	}
}
