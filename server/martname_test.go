package main

import (
	"encoding/json"
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
	admin := signed(t, claims(wire.RoleAdmin, "42"))
	const pairing = `{"martId":"42","name":"강남점"}`
	path, code := wire.MartPath("42"), wire.PairingCode{}
	tests := []struct {
		name, token, method, path, body string
		status                          int
		says                            string
	}{
		{"an admin makes a code", admin, "POST", wire.PairingsPath, pairing, 201, ""},
		{"nobody has used it", device("42"), "GET", path, "", 200, `{"martId":"42","name":""}`},
		{"somebody does", "", "POST", wire.PairPath, "", 200, `"martName":"강남점"`},
		{"its device", device("42"), "GET", path, "", 200, `{"martId":"42","name":"강남점"}`},
		{"an admin makes a code with another name", admin, "POST", wire.PairingsPath, strings.ReplaceAll(pairing, "강남", "역삼"), 201, ""},
		{"the shop has another name", device("42"), "GET", path, "", 200, `{"martId":"42","name":"역삼점"}`},
		{"another mart's device", device("43"), "GET", path, "", 403, ""},
		{"nobody", "", "GET", path, "", 401, ""},
		{"another method", device("42"), "PUT", path, "", 405, ""},
	}
	for _, tt := range tests {
		if tt.path == wire.PairPath {
			tt.body = `{"martId":"42","device":"PC","code":"` + code.Code + `"}`
		}
		res := ask(t, as(t, tt.token, tt.method, server.url+tt.path, tt.body))
		said := read(t, res)
		if res.StatusCode != tt.status || !strings.Contains(said, tt.says) {
			t.Errorf("%s: %d %s", tt.name, res.StatusCode, said)
		}
		if tt.path == wire.PairingsPath {
			_ = json.Unmarshal([]byte(said), &code)
		}
	}
}
