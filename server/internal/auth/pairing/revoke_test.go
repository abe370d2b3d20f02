package pairing

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestAnAdminRevokesWhatBelongsToItsMarts(t *testing.T) {
	tests := []struct {
		name, body string
		holder     wire.Claims
		status     int
		want       []wire.Revocation
		everywhere bool // for servers of before
	}{
		{"a device of its mart, there", `{"device":"pc-1"}`, admin("41", "42"), 204, []wire.Revocation{{Device: "pc-1", MartID: "41"}, {Device: "pc-1", MartID: "42"}}, true},
		{"a device of its mart, at that mart", `{"device":"pc-1","martId":"42"}`, admin("41", "42"), 204, []wire.Revocation{{Device: "pc-1", MartID: "42"}}, true},
		{"a device of the mart of another admin, at its own", `{"device":"pc-1"}`, admin("43"), 204, []wire.Revocation{{Device: "pc-1", MartID: "43"}}, false},
		{"a device at the mart of another admin", `{"device":"pc-1","martId":"42"}`, admin("43"), 403, nil, false},
		{"an unknown device, at its mart", `{"device":"pc-9"}`, admin("42"), 204, []wire.Revocation{{Device: "pc-9", MartID: "42"}}, false},
		{"an unknown device, with a token for all", `{"device":"pc-9"}`, admin("*"), 204, []wire.Revocation{{Device: "pc-9"}}, false},
		{"a device at a mart, with a token for all", `{"device":"pc-1","martId":"42"}`, admin("*"), 204, []wire.Revocation{{Device: "pc-1", MartID: "42"}}, true},
		{"its mart", `{"martId":"42"}`, admin("42"), 204, []wire.Revocation{{MartID: "42"}}, false},
		{"the mart of another admin", `{"martId":"43"}`, admin("42"), 403, nil, false},
		{"all marts", `{"martId":"*"}`, admin("42"), 403, nil, false},
		{"all marts, with a token for all", `{"martId":"*"}`, admin("*"), 204, []wire.Revocation{{MartID: "*"}}, false},
		{"a key", `{"key":"k1"}`, admin("42"), 403, nil, false},
		{"a key, with a token for an empty mart", `{"key":"k1"}`, admin(""), 403, nil, false},
		{"a key, with a token for all", `{"key":"k1"}`, admin("*"), 204, []wire.Revocation{{Key: "k1"}}, false},
		{"a device, by a device", `{"device":"pc-1"}`, device("42"), 403, nil, false},
		{"a key, by a publisher for all marts", `{"key":"k1"}`, publisher("*"), 403, nil, false},
		{"an empty object", `{}`, admin("*"), 400, nil, false},
		{"two at once", `{"device":"pc-1","key":"k1"}`, admin("*"), 400, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			o.devices["42"] = []wire.Device{{ID: "pc-1", MartID: "42"}}
			o.holder = tt.holder
			p := o.handler()
			for range 2 { // revoking again is no error
				w := ask(p.Revocations, "POST", wire.RevocationsPath, tt.body)
				if w.Code != tt.status || w.Header().Get("Cache-Control") != "no-store" {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			if want := append(tt.want, tt.want...); fmt.Sprint(o.revoked) != fmt.Sprint(want) || o.everywhere != tt.everywhere {
				t.Errorf("revoked %+v, everywhere for servers of before %v", o.revoked, o.everywhere)
			}
		})
	}
}

func TestAnAdminWhoWasRevokedIsOutAtOnce(t *testing.T) {
	for _, holder := range []wire.Claims{admin("42"), admin("*")} {
		o := newFakeRedis()
		o.holder, o.voided = holder, true
		p := o.handler()
		for name, w := range map[string]*httptest.ResponseRecorder{
			"revokes": ask(p.Revocations, "POST", wire.RevocationsPath, `{"martId":"42"}`),
			"undoes":  ask(p.Undo, "POST", wire.UndoPath, `{"martId":"42"}`),
			"lists":   ask(p.Revocations, "GET", wire.RevocationsPath, ""),
			"looks":   ask(p.FindDevice, "GET", wire.FindPath+"?device=pc-1", ""),
		} {
			if w.Code != 401 || len(o.revoked) > 0 {
				t.Errorf("%v %s: %d, revoked %v", holder.Marts, name, w.Code, o.revoked)
			}
		}
	}
}

func TestOnlyAnAdminForAllMartsSeesAndUndoesRevocations(t *testing.T) {
	tests := []struct {
		name, method, path, body string
		holder                   wire.Claims
		status                   int
		want                     string
	}{
		{"the list", "GET", wire.RevocationsPath, "", admin("*"), 200, `{"revocations":[{"device":"pc-1"},{"key":"k1"}],"next":"7"}`},
		{"a page that is none", "GET", wire.RevocationsPath + "?after=x", "", admin("*"), 400, wire.ProblemQuery},
		{"the list, by an admin of a mart", "GET", wire.RevocationsPath, "", admin("42"), 403, wire.ProblemForbidden},
		{"the list, by a publisher", "GET", wire.RevocationsPath, "", publisher("*"), 403, wire.ProblemForbidden},
		{"another method", "PUT", wire.RevocationsPath, "", admin("*"), 405, wire.ProblemMethod},
		{"undo", "POST", wire.UndoPath, `{"device":"pc-1"}`, admin("*"), 204, ""},
		{"undo of what is not revoked", "POST", wire.UndoPath, `{"device":"pc-2"}`, admin("*"), 404, wire.ProblemNotRevoked},
		{"undo, by an admin of a mart", "POST", wire.UndoPath, `{"device":"pc-1","martId":"42"}`, admin("42"), 403, wire.ProblemForbidden},
		{"undo by GET", "GET", wire.UndoPath, "", admin("*"), 405, wire.ProblemMethod},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			o.holder, o.revoked = tt.holder, []wire.Revocation{{Device: "pc-1"}, {Key: "k1"}}
			handler := o.handler().Revocations
			if tt.path == wire.UndoPath {
				handler = o.handler().Undo
			}
			w := ask(handler, tt.method, tt.path, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if undone := len(o.revoked) == 1; undone != (tt.status == 204) {
				t.Errorf("left: %v", o.revoked)
			}
		})
	}
}

func TestADeviceIsFoundAtTheMartsOfTheAdmin(t *testing.T) {
	for mart, want := range map[order.MartID]string{"*": `"id":"pc-1"`, "42": `"id":"pc-1"`, "43": `{"devices":[]}`} {
		o := newFakeRedis()
		o.devices["42"], o.holder = []wire.Device{{ID: "pc-1", MartID: "42"}}, admin(mart)
		if w := ask(o.handler().FindDevice, "GET", wire.FindPath+"?device=pc-1", ""); w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", mart, w.Code, w.Body)
		}
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

func TestARevocationTakesTheShareOfWhoRevokesAndIsChargedByTheMart(t *testing.T) {
	for _, tt := range []struct {
		name, lent, body string
		holder           wire.Claims
		share            revocation.Share
		taken            int
	}{
		{"at its marts", "", `{"device":"pc-1"}`, admin("41", "42"), revocation.Marts, 2},
		{"at one of its marts", "", `{"device":"pc-1","martId":"42"}`, admin("41", "42"), revocation.Marts, 1},
		{"under a lent key", "shop", `{"device":"pc-1"}`, admin("41", "42"), revocation.Lent, 2},
		{"by one for all marts, at a mart", "", `{"device":"pc-1","martId":"42"}`, admin("*"), revocation.Whole, 0},
	} {
		o := newFakeRedis()
		o.holder, o.lent = tt.holder, tt.lent
		if w := ask(o.handler().Revoke, "POST", wire.RevocationsPath, tt.body); w.Code != 204 || o.share != tt.share || o.taken != tt.taken {
			t.Errorf("%s: %d, share %d, charged %d", tt.name, w.Code, o.share, o.taken)
		}
	}
	o := newFakeRedis()
	o.holder, o.tooMany = admin("42"), true
	if w := ask(o.handler().Revoke, "POST", wire.RevocationsPath, `{"device":"pc-1"}`); w.Code != 429 || len(o.revoked) > 0 {
		t.Errorf("too many: %d %s, revoked %v", w.Code, w.Body, o.revoked)
	}
}
