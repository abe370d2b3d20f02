package pairing

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/shared/wire"
)

func listed(o *fakeRedis, method, mart string) (int, string) {
	w := ask(o.handler().ListDevices, method, "/", "", func(r *http.Request) { r.SetPathValue("mart", mart) })
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
		{"its own mart", "GET", "42", admin("41", "42"), false, 200,
			`{"devices":[{"id":"c","name":"주방","martId":"42","pairedAt":"2026-11-23T03:00:00Z","connected":false},{"id":"a","name":"카운터",`},
		{"any mart, with a token for all", "GET", "42", admin("*"), false, 200, `"id":"b","name":"카운터"`},
		{"a mart without devices", "GET", "43", admin("43"), false, 200, `{"devices":[]}`},
		{"the mart of another admin", "GET", "42", admin("43"), false, 403, wire.ProblemForbidden},
		{"all marts, with a token for one", "GET", "*", admin("42"), false, 403, wire.ProblemForbidden},
		{"by a device", "GET", "42", device("42"), false, 403, wire.ProblemForbidden},
		{"a malformed mart ID", "GET", "4 2", admin("*"), false, 400, wire.ProblemMartID},
		{"another method", "POST", "42", admin("42"), false, 405, wire.ProblemMethod},
		{"no Redis", "GET", "42", admin("42"), true, 503, wire.ProblemNotReady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			for _, d := range []wire.Device{{ID: "b", Name: "카운터"}, {ID: "a", Name: "카운터"}, {ID: "c", Name: "주방"}} {
				d.MartID, d.PairedAt = "42", at
				o.devices["42"] = append(o.devices["42"], d)
			}
			o.holder, o.away = tt.holder, tt.lost
			if status, body := listed(o, tt.method, tt.mart); status != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
}
