package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func TestARepeatedMessageIsSentOnceThoughManyCameBefore(t *testing.T) {
	verifier, err := standardwebhooks.NewWebhook("whsec_b25seSBmb3IgdGhpcyB0ZXN0")
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	handler := receiver(verifier, func(string) error { sent++; return nil })
	get := func(id string) {
		t.Helper()
		body, now := `{"text":"hello"}`, time.Now()
		signature, err := verifier.Sign(id, now, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("webhook-id", id)
		r.Header.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
		r.Header.Set("webhook-signature", signature)
		w := httptest.NewRecorder()
		if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
	}
	for i := range remembered + 1 {
		get(fmt.Sprint(i))
	}
	get("1")
	if sent != remembered+1 {
		t.Errorf("%d sent: what had come was sent again", sent)
	}
	for i := range 2 * remembered {
		get(fmt.Sprint("later", i))
	}
	before := sent
	if get("1"); sent != before+1 {
		t.Error("an ID is remembered for ever")
	}
}
