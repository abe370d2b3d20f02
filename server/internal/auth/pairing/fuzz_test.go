package pairing

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Whatever body is sent, the status is a documented one, no body gets a token without a
// code, and what is stored can be shown to people.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{
		`{"martId":"42","code":"ABCD-EFGH","device":"카운터","cookie":true}`, `{"device":"주방"}`, `{"martId":"42","name":"강남점"}`,
		`{"device":"pc-1"}`, `{"martId":"*"}`, `{"key":"k1"}`, `null`, ``, `"`, `[]`, `{"martId":42}`, "{\"device\":\"\xff\"}",
		strings.Repeat(" ", wire.MaxPairing+1),
	} {
		f.Add(body)
	}
	known := []int{200, 201, 204, 400, 403, 413}
	f.Fuzz(func(t *testing.T, body string) {
		o := newFakeRedis()
		p := o.handler()
		if w := ask(p.Pair, "POST", wire.PairPath, body); w.Code == http.StatusOK || !slices.Contains(known, w.Code) || !json.Valid(w.Body.Bytes()) {
			t.Fatalf("pairing: %d %s", w.Code, w.Body)
		}
		o.holder = device("42")
		if w := ask(p.Renew, "POST", wire.TokenPath, body); !slices.Contains(known, w.Code) {
			t.Fatalf("renewing: %d %s", w.Code, w.Body)
		}
		for _, d := range o.devices["42"] {
			if d.ID != "pc-1" || d.Name == "" || order.Line(d.Name, order.MaxName) != d.Name {
				t.Fatalf("enrolled %+v", d)
			}
		}
		o.holder = admin("42")
		if w := ask(p.CreatePairing, "POST", wire.PairingsPath, body); !slices.Contains(known, w.Code) {
			t.Fatalf("making a code: %d %s", w.Code, w.Body)
		}
		for _, offered := range o.kept {
			if offered.MartID != "42" || order.Line(offered.Name, order.MaxName) != offered.Name {
				t.Fatalf("offered %+v", offered)
			}
		}
		if w := ask(p.Revoke, "POST", wire.RevocationsPath, body); !slices.Contains(known, w.Code) {
			t.Fatalf("revoking: %d %s", w.Code, w.Body)
		}
		for _, r := range o.revoked {
			if r.Key != "" || r.MartID == wire.AnyMart || r.Check() != nil {
				t.Fatalf("revoked %+v", r)
			}
		}
	})
}
