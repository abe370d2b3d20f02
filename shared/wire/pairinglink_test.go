package wire

import (
	"errors"
	"strings"
	"testing"

	"jumun/shared/order"
)

func TestAPairingLinkIsReadAsItReachesAPC(t *testing.T) {
	good := PairingLink{Server: "https://jumun.example.com:8443", Mart: "42", Code: "ABCDEFGH"}
	tests := []struct {
		name, in string
		want     PairingLink
	}{
		{"as it is printed", good.String(), good},
		{"in another order, with everything escaped", "jumun://pair?code=abcdefgh&mart=%34%32&server=https%3A%2F%2Fjumun.example.com%3A8443", good},
		{"as browsers spell it", "JUMUN://pair/?server=https://jumun.example.com:8443&mart=42&code=ABCD-EFGH", good},
		{"of a newer version", good.String() + "&name=%EA%B0%95%EB%82%A8%EC%A0%90", good},
		{"a mart with signs", PairingLink{good.Server, "가+1=&2", good.Code}.String(), PairingLink{good.Server, "가+1=&2", good.Code}},
		{"nothing", "", PairingLink{}},
		{"another scheme", "https://pair?server=https://host&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"another action", "jumun://quit?server=https://host&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"a path", "jumun://pair/x?server=https://host&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"a user", "jumun://me@pair?server=https://host&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"a fragment", good.String() + "#x", PairingLink{}},
		{"no server", "jumun://pair?mart=42&code=ABCD-EFGH", PairingLink{}},
		{"a server that is a file", "jumun://pair?server=file:///etc/passwd&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"a server without a scheme", "jumun://pair?server=jumun.example.com&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"a server without a host", "jumun://pair?server=https://&mart=42&code=ABCD-EFGH", PairingLink{}},
		{"two servers", good.String() + "&server=https://other", PairingLink{}},
		{"no mart", "jumun://pair?server=https://host&code=ABCD-EFGH", PairingLink{}},
		{"a mart that is a path", "jumun://pair?server=https://host&mart=../1&code=ABCD-EFGH", PairingLink{}},
		{"no code", "jumun://pair?server=https://host&mart=42", PairingLink{}},
		{"a code that is none", "jumun://pair?server=https://host&mart=42&code=ABCD", PairingLink{}},
		{"half an escape", "jumun://pair?server=https://host&mart=42&code=ABCD-EFGH&x=%e", PairingLink{}},
		{"too long", good.String() + "&x=" + strings.Repeat("x", MaxPairingLink), PairingLink{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePairingLink(tt.in)
			if got != tt.want || (err == nil) != (tt.want != PairingLink{}) || err != nil && !errors.Is(err, order.ErrMalformed) {
				t.Errorf("got %+v, %v", got, err)
			}
			if err != nil && strings.Contains(strings.ToUpper(err.Error()), "ABCD") {
				t.Errorf("the error repeats the code: %v", err)
			}
		})
	}
	if got, want := good.String(), "jumun://pair?server=https://jumun.example.com:8443&mart=42&code=ABCD-EFGH"; got != want {
		t.Errorf("printed as %s", got)
	}
}

func FuzzAPairingLinkThatIsTakenSaysTheSameAgain(f *testing.F) {
	f.Add("jumun://pair?server=https://jumun.example.com&mart=42&code=ABCD-EFGH")
	f.Add("jumun://pair/?code=abcdefgh&mart=%EA%B0%80%2B1&server=http%3A%2F%2F%5B::1%5D%3A80&x=1")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParsePairingLink(text)
		if err != nil {
			return
		}
		if len(text) > MaxPairingLink || len(l.Code) != CodeLength || l.Mart == "" {
			t.Errorf("%q says %+v", text, l)
		}
		if !strings.HasPrefix(strings.ToLower(l.Server), "http") {
			t.Errorf("%q has the server %q", text, l.Server)
		}
		if again := l.String(); len(again) <= MaxPairingLink {
			if got, err := ParsePairingLink(again); err != nil || got != l {
				t.Errorf("%q becomes %q: %+v, %v", text, again, got, err)
			}
		}
	})
}
