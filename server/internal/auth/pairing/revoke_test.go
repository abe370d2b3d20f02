package pairing

import (
	"fmt"
	"net/http"
	"testing"

	"jumun/shared/wire"
)

func TestAnAdminRevokesWhatBelongsToItsMarts(t *testing.T) {
	tests := []struct {
		name, body string
		holder     wire.Claims
		status     int
	}{
		{"a device of its mart", `{"device":"pc-1"}`, admin("41", "42"), 204},
		{"a device of the mart of another admin", `{"device":"pc-1"}`, admin("43"), 403},
		{"an unknown device", `{"device":"pc-9"}`, admin("42"), 403},
		{"an unknown device, with a token for all", `{"device":"pc-9"}`, admin("*"), 204},
		{"its mart", `{"martId":"42"}`, admin("42"), 204},
		{"the mart of another admin", `{"martId":"43"}`, admin("42"), 403},
		{"all marts", `{"martId":"*"}`, admin("42"), 403},
		{"all marts, with a token for all", `{"martId":"*"}`, admin("*"), 204},
		{"a key", `{"key":"k1"}`, admin("42"), 403},
		{"a key, with a token for an empty mart", `{"key":"k1"}`, admin(""), 403},
		{"a key, with a token for all", `{"key":"k1"}`, admin("*"), 204},
		{"a device, by a device", `{"device":"pc-1"}`, device("42"), 403},
		{"a key, by a publisher for all marts", `{"key":"k1"}`, publisher("*"), 403},
		{"an empty object", `{}`, admin("*"), 400},
		{"two at once", `{"device":"pc-1","key":"k1"}`, admin("*"), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			o.devices["42"] = []wire.Device{{ID: "pc-1", MartID: "42"}}
			o.holder = tt.holder
			p := o.handler()
			for range 2 { // revoking again is no error
				w := ask(p.Revoke, "POST", wire.RevocationsPath, tt.body)
				if w.Code != tt.status || w.Header().Get("Cache-Control") != "no-store" {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			if tt.status != http.StatusNoContent {
				if len(o.revoked) != 0 {
					t.Errorf("revoked %+v", o.revoked)
				}
				return
			}
			want, _ := wire.ParseRevocation([]byte(tt.body))
			if fmt.Sprint(o.revoked) != fmt.Sprint([]wire.Revocation{want, want}) {
				t.Errorf("revoked %+v", o.revoked)
			}
		})
	}
}

func TestARevocationThatIsNotStoredIsAnError(t *testing.T) {
	for _, holder := range []wire.Claims{admin("42"), admin("*")} {
		o := newFakeRedis()
		o.holder, o.away = holder, true
		if w := ask(o.handler().Revoke, "POST", wire.RevocationsPath, `{"device":"pc-1"}`); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	o := newFakeRedis()
	o.holder = admin("*")
	if w := ask(o.handler().Revoke, "GET", wire.RevocationsPath, ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
