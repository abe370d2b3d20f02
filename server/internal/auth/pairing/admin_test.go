package pairing

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func admin(marts ...order.MartID) wire.Claims {
	return wire.Claims{Subject: "head-office", Role: wire.RoleAdmin, Marts: marts}
}

func publisher(marts ...order.MartID) wire.Claims {
	return wire.Claims{Subject: "pos", Role: wire.RolePublisher, Marts: marts}
}

func TestAnAdminHasACodeMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffers()
		o.holder = admin("42")
		p := o.pairings()
		w := ask(p.CreatePairing, "POST", wire.PairingsPath, `{"martId":"42","name":"강남점"}`)
		var made wire.PairingCode
		if err := json.Unmarshal(w.Body.Bytes(), &made); w.Code != http.StatusCreated || err != nil {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if made.MartID != "42" || made.Code[4] != '-' || !made.Expires.Equal(time.Now().Add(15*time.Minute)) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%+v, %v", made, w.Header())
		}
		if strings.Contains(o.log.String(), made.Code) {
			t.Error("the code is in the log")
		}
		if got := answerOf(t, ask(p.Pair, "POST", wire.PairPath, request("42", made.Code, "카운터"))); got.MartName != "강남점" {
			t.Errorf("%+v", got)
		}
	})
}

func TestACodeIsRefused(t *testing.T) {
	tests := []struct {
		name, method, body string
		holder             wire.Claims
		change             func(*offers)
		status             int
		want               string
	}{
		{"another method", "GET", "", admin("*"), nil, 405, wire.ProblemMethod},
		{"nothing", "POST", "", admin("*"), nil, 400, wire.ProblemMalformed},
		{"no mart", "POST", `{}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"all marts", "POST", `{"martId":"*"}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"too much", "POST", strings.Repeat(" ", wire.MaxPairing+1), admin("*"), nil, 413, wire.ProblemTooLarge},
		{"another's mart", "POST", `{"martId":"43"}`, admin("42"), nil, 403, wire.ProblemForbidden},
		{"a device", "POST", `{"martId":"42"}`, device("42"), nil, 403, wire.ProblemForbidden},
		{"a publisher", "POST", `{"martId":"42"}`, publisher("*"), nil, 403, wire.ProblemForbidden},
		{"revoked, and this server has not heard", "POST", `{"martId":"42"}`, admin("42"), func(o *offers) { o.void = true }, 401, wire.ProblemRevoked},
		{"a lost Redis", "POST", `{"martId":"42"}`, admin("42"), func(o *offers) { o.lost = true }, 503, wire.ProblemNotReady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffers()
			o.holder = tt.holder
			if tt.change != nil {
				tt.change(o)
			}
			w := ask(o.pairings().CreatePairing, tt.method, wire.PairingsPath, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || len(o.kept) != 0 {
				t.Errorf("%d %s, kept %v", w.Code, w.Body, o.kept)
			}
		})
	}
}

func listed(o *offers, method, mart string) (int, string) {
	w := ask(o.pairings().ListDevices, method, "/", "", func(r *http.Request) { r.SetPathValue("mart", mart) })
	return w.Code, w.Body.String()
}

func TestAnAdminSeesTheDevicesOfItsMarts(t *testing.T) {
	at := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	tests := []struct {
		name, method, mart string
		holder             wire.Claims
		lost               bool
		status             int
		want               string
	}{
		{"its own", "GET", "42", admin("41", "42"), false, 200,
			`{"devices":[{"id":"c","name":"주방","martId":"42","pairedAt":"2026-11-23T03:00:00Z","connected":false},{"id":"a","name":"카운터",`},
		{"any, for whom has all", "GET", "42", admin("*"), false, 200, `"id":"b","name":"카운터"`},
		{"one without devices", "GET", "43", admin("43"), false, 200, `{"devices":[]}`},
		{"another's", "GET", "42", admin("43"), false, 403, wire.ProblemForbidden},
		{"all at once, for whom has one", "GET", "*", admin("42"), false, 403, wire.ProblemForbidden},
		{"for a device", "GET", "42", device("42"), false, 403, wire.ProblemForbidden},
		{"no mart", "GET", "4 2", admin("*"), false, 400, wire.ProblemMartID},
		{"another method", "POST", "42", admin("42"), false, 405, wire.ProblemMethod},
		{"a lost Redis", "GET", "42", admin("42"), true, 503, wire.ProblemNotReady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffers()
			for _, d := range []wire.Device{{ID: "b", Name: "카운터"}, {ID: "a", Name: "카운터"}, {ID: "c", Name: "주방"}} {
				d.MartID, d.PairedAt = "42", at
				o.devices["42"] = append(o.devices["42"], d)
			}
			o.holder, o.lost = tt.holder, tt.lost
			if status, body := listed(o, tt.method, tt.mart); status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
}

func TestAnAdminRevokesWhatIsOfItsMarts(t *testing.T) {
	tests := []struct {
		name, body string
		holder     wire.Claims
		status     int
	}{
		{"a device of its mart", `{"device":"pc-1"}`, admin("41", "42"), 204},
		{"a device of another's mart", `{"device":"pc-1"}`, admin("43"), 403},
		{"a device nobody knows", `{"device":"pc-9"}`, admin("42"), 403},
		{"a device nobody knows, for whom has all", `{"device":"pc-9"}`, admin("*"), 204},
		{"its mart", `{"martId":"42"}`, admin("42"), 204},
		{"another's mart", `{"martId":"43"}`, admin("42"), 403},
		{"all marts", `{"martId":"*"}`, admin("42"), 403},
		{"all marts, for whom has all", `{"martId":"*"}`, admin("*"), 204},
		{"a key", `{"key":"k1"}`, admin("42"), 403},
		{"a key, by whom has a mart without a name", `{"key":"k1"}`, admin(""), 403},
		{"a key, for whom has all", `{"key":"k1"}`, admin("*"), 204},
		{"a device, by a device", `{"device":"pc-1"}`, device("42"), 403},
		{"a key, by a publisher for all", `{"key":"k1"}`, publisher("*"), 403},
		{"nothing", `{}`, admin("*"), 400},
		{"two at once", `{"device":"pc-1","key":"k1"}`, admin("*"), 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffers()
			o.devices["42"] = []wire.Device{{ID: "pc-1", MartID: "42"}}
			o.holder = tt.holder
			p := o.pairings()
			for range 2 { // again is no error
				w := ask(p.Revocations, "POST", wire.RevocationsPath, tt.body)
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

func TestARevocationThatIsNotKeptIsToldApart(t *testing.T) {
	for _, holder := range []wire.Claims{admin("42"), admin("*")} {
		o := newOffers()
		o.holder, o.lost = holder, true
		if w := ask(o.pairings().Revocations, "POST", wire.RevocationsPath, `{"device":"pc-1"}`); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	o := newOffers()
	o.holder = admin("*")
	if w := ask(o.pairings().Revocations, "GET", wire.RevocationsPath, ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
