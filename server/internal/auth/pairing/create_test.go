package pairing

import (
	"encoding/json"
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

func TestAnAdminMakesACode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		o.holder = admin("42")
		p := o.handler()
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
		if by := o.devices["42"][0].PairedBy; by != "head-office" || !strings.Contains(o.log.String(), "key=k2 by=head-office") {
			t.Errorf("paired by %q: %s", by, o.log.String())
		}
	})
}

func TestACodeIsNotMade(t *testing.T) {
	tests := []struct {
		name, method, body string
		holder             wire.Claims
		change             func(*fakeRedis)
		status             int
		want               string
	}{
		{"another method", "GET", "", admin("*"), nil, 405, wire.ProblemMethod},
		{"an empty body", "POST", "", admin("*"), nil, 400, wire.ProblemMalformed},
		{"no mart", "POST", `{}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"all marts", "POST", `{"martId":"*"}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"a body too long", "POST", strings.Repeat(" ", wire.MaxPairing+1), admin("*"), nil, 413, wire.ProblemTooLarge},
		{"the mart of another admin", "POST", `{"martId":"43"}`, admin("42"), nil, 403, wire.ProblemForbidden},
		{"a device", "POST", `{"martId":"42"}`, device("42"), nil, 403, wire.ProblemForbidden},
		{"a publisher", "POST", `{"martId":"42"}`, publisher("*"), nil, 403, wire.ProblemForbidden},
		{"a token that was revoked just now", "POST", `{"martId":"42"}`, admin("42"), func(o *fakeRedis) { o.voided = true }, 401, wire.ProblemRevoked},
		{"no Redis", "POST", `{"martId":"42"}`, admin("42"), func(o *fakeRedis) { o.away = true }, 503, wire.ProblemNotReady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			o.holder = tt.holder
			if tt.change != nil {
				tt.change(o)
			}
			w := ask(o.handler().CreatePairing, tt.method, wire.PairingsPath, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || len(o.kept) != 0 {
				t.Errorf("%d %s, kept %v", w.Code, w.Body, o.kept)
			}
		})
	}
}
