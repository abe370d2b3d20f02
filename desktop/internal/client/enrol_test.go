package client

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"jumun/shared/wire"
)

func TestEnrolAsksWithoutAMartAndReturnsIt(t *testing.T) {
	asked := wire.EnrolRequest{Key: "KEY", Computer: "pos-1", Device: "카운터", Request: "abc"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var got wire.EnrolRequest
		body, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(body, &got); err != nil || got != asked || r.URL.Path != wire.EnrolPath || r.Header.Get("Authorization") != "" {
			t.Errorf("%s %s", r.URL, body)
		}
		answer(w, `{"token":"a.b.c","deviceId":"pc-1","martId":"42","martName":"강남점","expires":"2024-07-27T20:00:00Z"}`)
	}))
	defer server.Close()
	if got, err := Enrol(t.Context(), server.URL, nil, asked); err != nil || got.MartID != "42" || got.MartName != "강남점" || got.Token != "a.b.c" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatAPersonReadsWhenEnrollingFails(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   error
	}{
		{"a key that is not good", refusal(403, wire.ProblemEnrol, "no"), ErrEnrol},
		{"a server of before", refusal(404, wire.ProblemNoSuchPath, "no"), errNoSuchPath},
		{"an answer without a mart", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"token":"a.b.c"}`) }, errNotServer},
		{"a mart that is none", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"token":"a.b.c","martId":"4/2"}`) }, errNotServer},
		{"the login page of a network", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!DOCTYPE html>") }, errNotServer},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			got, err := Enrol(t.Context(), server.URL, nil, wire.EnrolRequest{Key: "SECRET", Computer: "pos-1"})
			if got != (wire.Paired{}) || !errors.Is(err, tt.want) || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("%+v, %v; want %v", got, err, tt.want)
			}
		})
	}
}
