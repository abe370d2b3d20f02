package command

import (
	"testing"
	"time"

	"jumun/shared/wire"
)

func TestAPairingLinkIsPrintedForThePublicAddressOnly(t *testing.T) {
	const https = "jumun://pair?server=https://jumun.example.com&mart=42&code=ABCD-EFGH"
	tests := []struct {
		name, server, public, code, want string
	}{
		{"at Redis", "", "", "ABCD-EFGH", ""},
		{"at Redis, and the address is said", "", "https://jumun.example.com/", "ABCD-EFGH", https},
		{"at the server", "https://jumun.example.com", "", "ABCD-EFGH", https},
		{"behind the proxy", "http://localhost:8080", "", "ABCD-EFGH", ""},
		{"behind the proxy, and the address is said", "http://localhost:8080", "https://jumun.example.com", "ABCD-EFGH", https},
		{"a code that no device takes", "https://jumun.example.com", "", "\x1b[31m", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := pairCommand{remote: remote{Server: tt.server}, PublicURL: tt.public}
			got := c.link(wire.PairingCode{Code: tt.code, MartID: "42", Expires: time.Now()})
			if got.String() != tt.want {
				t.Errorf("printed %q", got)
			}
			if page := got.Page(); (page == "https://jumun.example.com/receiver#mart=42&code=ABCD-EFGH") != (tt.want != "") {
				t.Errorf("printed %q", page)
			}
		})
	}
}

func TestAPublicAddressThatIsNoneIsRefused(t *testing.T) {
	for _, address := range []string{"jumun.example.com", "ftp://jumun.example.com", "https://"} {
		if code, _, stderr := run(t, func(string) string { return "" }, "pair", "--mart", "42", "--public-url", address); code != exitUsage {
			t.Errorf("%s: exit code %d: %s", address, code, stderr)
		}
	}
}
