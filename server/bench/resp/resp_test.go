package resp

import (
	"errors"
	"testing"
)

func TestAppend(t *testing.T) {
	got := string(Append([]byte("x"), "PUBLISH", "order", "주문"))
	if want := "x*3\r\n$7\r\nPUBLISH\r\n$5\r\norder\r\n$6\r\n주문\r\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNext(t *testing.T) {
	message := "*3\r\n$7\r\nmessage\r\n$5\r\norder\r\n$3\r\nabc\r\n"
	tests := []struct {
		name, in, text string
		size           int
		err            error
	}{
		{"a number", ":12\r\n:1", "12", 5, nil},
		{"an error", "-ERR no\r\n", "ERR no", 9, nil},
		{"a string", "$2\r\nab\r\nrest", "ab", 8, nil},
		{"no string", "$-1\r\n", "", 5, nil},
		{"a message", message + "more", "abc", len(message), nil},
		{"less than a line", "*3", "", 0, nil},
		{"less than a message", message[:len(message)-1], "", 0, nil},
		{"a string that goes on", "$2\r\nabcd", "", 0, ErrMalformed},
		{"a list in a list", "*1\r\n*0\r\n", "", 0, ErrMalformed},
		{"too many parts", "*9\r\n", "", 0, ErrMalformed},
		{"another kind", "!1\r\n", "", 0, ErrMalformed},
		{"a length that is none", "$x\r\n", "", 0, ErrMalformed},
		{"an empty line", "\r\n", "", 0, ErrMalformed},
	}
	for _, tt := range tests {
		text, size, err := Next([]byte(tt.in))
		if string(text) != tt.text || size != tt.size || !errors.Is(err, tt.err) {
			t.Errorf("%s: %q, %d, %v", tt.name, text, size, err)
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("*3\r\n$7\r\nmessage\r\n$5\r\norder\r\n$3\r\nabc\r\n"))
	f.Add(Append(nil, "SUBSCRIBE", "order"))
	f.Fuzz(func(t *testing.T, in []byte) {
		text, size, err := Next(in)
		if size < 0 || size > len(in) || len(text) > size || err != nil && size != 0 {
			t.Errorf("%q: %q, %d, %v", in, text, size, err)
		}
	})
}
