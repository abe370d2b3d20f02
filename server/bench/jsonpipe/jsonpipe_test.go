//go:build linux

package jsonpipe

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"jumun/server/bench/procs"
)

// beDouble has this program double numbers, as the tests start it.
const beDouble = "JUMUN_TEST_BE_DOUBLE"

func TestMain(m *testing.M) {
	if os.Getenv(beDouble) == "" {
		os.Exit(m.Run())
	}
	err := Serve(os.Stdin, os.Stdout, func(n int) (int, error) {
		if n < 0 {
			return 0, errors.New("too small")
		}
		if n == 0 {
			os.Stderr.WriteString("nothing to double")
			os.Exit(1)
		}
		return 2 * n, nil
	})
	if err != nil {
		os.Exit(1)
	}
}

func TestAQuestionIsAnswered(t *testing.T) {
	t.Setenv(beDouble, "1")
	l, err := procs.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := Open(t.Context(), l, "double", os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		n     int
		wrong string
	}{
		{"a question", 21, ""},
		{"one that fails", -1, "double: too small"},
		{"another after that", 4, ""},
		{"one that ends the process", 0, "nothing to double"},
		{"one to nobody", 1, "does not answer"},
	}
	for _, tt := range tests {
		var got int
		err := c.Ask(tt.n, &got)
		if tt.wrong == "" && (err != nil || got != 2*tt.n) || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
			t.Errorf("%s: %d, %v", tt.name, got, err)
		}
	}
}

func TestServeEndsWithTheQuestions(t *testing.T) {
	var out strings.Builder
	if err := Serve(strings.NewReader("1\n2\n"), &out, func(n int) (int, error) { return n, nil }); err != nil {
		t.Error(err)
	}
	if want := "{\"Answer\":1}\n{\"Answer\":2}\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if err := Serve(strings.NewReader("x"), io.Discard, func(n int) (int, error) { return n, nil }); err == nil {
		t.Error("what is no question is no error")
	}
}
