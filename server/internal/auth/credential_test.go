package auth

import (
	"strings"
	"testing"

	"jumun/shared/wire"
)

func FuzzBearer(f *testing.F) {
	for _, value := range []string{"Bearer a.b.c", "bearer  a ", "Bearer", "Bearer ", "Basic eDp5", "", " Bearer a", "Bearer\ta"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		text := bearer(value)
		if len(text) > wire.MaxToken || strings.Trim(text, " ") != text {
			t.Fatalf("%q gives the token %q", value, text)
		}
		if text != "" && (!strings.HasSuffix(strings.TrimRight(value, " "), text) || !strings.EqualFold(value[:7], "Bearer ")) {
			t.Fatalf("%q must not give the token %q", value, text)
		}
	})
}
