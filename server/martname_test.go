package main

import (
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestADeviceIsToldTheNameOfItsMartAlone(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	device := func(mart order.MartID) string { return signed(t, claims(wire.RoleDevice, mart)) }
	tests := []struct {
		name, token, method string
		status              int
		says                string
	}{
		{"before it has a name", device("42"), "GET", 200, `{"martId":"42","name":""}`},
		{"an admin gives it one", signed(t, claims(wire.RoleAdmin, "42")), "POST", 201, `"code":`},
		{"its device", device("42"), "GET", 200, `{"martId":"42","name":"강남점"}`},
		{"another mart's device", device("43"), "GET", 403, ""},
		{"nobody", "", "GET", 401, ""},
		{"another method", device("42"), "PUT", 405, ""},
	}
	for _, tt := range tests {
		path, body := wire.MartPath("42"), ""
		if tt.method == http.MethodPost {
			path, body = wire.PairingsPath, `{"martId":"42","name":"강남점"}`
		}
		res := ask(t, as(t, tt.token, tt.method, server.url+path, body))
		if said := read(t, res); res.StatusCode != tt.status || !strings.Contains(said, tt.says) {
			t.Errorf("%s: %d %s", tt.name, res.StatusCode, said)
		}
	}
}
