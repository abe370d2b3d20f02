package diagnostics

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"a token in a line", "got " + token + " back", "got *** back"},
		{"a token in quotes", `err="bad ` + token + `"`, `err="bad ***"`},
		{"a token in an address", "/v1/x?a=" + strings.ReplaceAll(token, ".", "%2E") + "&b=1", "/v1/x?a=***&b=1"},
		{"the beginning of a token", "eyJhbGciOiJFZERTQ", "***"},
		{"a header", "Authorization: bearer abc.def", "Authorization: bearer ***"},
		{"user and password", "dial https://kim:p@ss@host:1/x", "dial https://***@host:1/x"},
		{"a user alone", "redis://kim@host", "redis://***@host"},
		{"a mail address after an address", "https://host/x a@b.c", "https://host/x a@b.c"},
		{"a query", "https://host/x?token=abc&mart=42", "https://host/x?token=***&mart=42"},
		{"JSON", `{"token":"abc","mart":"42"}`, `{"token":***,"mart":"42"}`},
		{"JSON in a quoted value of a log line", `body="{\"access_token\":\"abc\"}"`, `body="{\"access_token\":***}"`},
		{"a field of a log line", `level=INFO secret="a b" mart=42`, `level=INFO secret=*** mart=42`},
		{"nothing", "level=ERROR msg=\"token not kept\" err=\"disk full\" mart=42\n", "level=ERROR msg=\"token not kept\" err=\"disk full\" mart=42\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(mask([]byte(tt.in))); got != tt.want {
				t.Errorf("%s", got)
			}
		})
	}
}

func FuzzMask(f *testing.F) {
	f.Add([]byte("GET /?t="), []byte("signature"), []byte("&token=x"))
	f.Add([]byte("https://"), []byte("0123456789"), []byte("@host"))
	f.Add([]byte(`"bearer `), []byte{0xfb, 0xff, 0xfe}, []byte(`"`))
	f.Add([]byte("pin: "), []byte("aaaaaa"), []byte("\n"))
	f.Fuzz(func(t *testing.T, before, signature, after []byte) {
		masked := mask(append([]byte(nil), bytes.Join([][]byte{before, []byte(token), after}, nil)...))
		if bytes.Contains(masked, []byte("c2lnbmF0dXJl")) {
			t.Fatalf("a token is left: %q", masked)
		}
		own := base64.RawURLEncoding.EncodeToString(append(signature, "a signature"...))
		line := bytes.Join([][]byte{before, []byte(" eyJhbGciOiJFZERTQSJ9.eyJtYXJ0IjoiNDIifQ." + own + " "), after}, nil)
		if bytes.Contains(mask(line), []byte(own)) {
			t.Fatalf("a signature is left: %q", mask(line))
		}
		if bytes.Contains(mask(append(before, "https://kim:hunter2@host/"...)), []byte("hunter2@")) {
			t.Fatalf("a password is left after %q", before)
		}
		if again := mask(masked); !bytes.Equal(again, masked) {
			t.Fatalf("masked %q, then %q", masked, again)
		}
	})
}
