// Command webhook is an example of a target of jumun's webhooks: it verifies a message, drops what it has seen, and hands
// the text to a provider of Kakao Alimtalk, SMS or calls. Put that into send.
//
//	WEBHOOK_SECRET=whsec_… PROVIDER_URL=https://… go run ./server/deploy/webhook
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// remembered is how many IDs are known at least, once there were so many: jumun repeats one for half an hour.
const remembered = 10_000

// client gives up before jumun does, which waits 10 s for an answer.
var client = http.Client{Timeout: 8 * time.Second}

func main() {
	verifier, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal("WEBHOOK_SECRET: ", err)
	}
	provider := os.Getenv("PROVIDER_URL")
	server := http.Server{Addr: ":8090", ReadTimeout: 10 * time.Second, Handler: receiver(verifier, func(text string) error { return send(provider, text) })}
	log.Fatal(server.ListenAndServe())
}

// receiver takes webhooks, and calls send with the text of each new one. It answers 503 where that fails, so that
// jumun sends it again.
func receiver(verifier *standardwebhooks.Webhook, send func(text string) error) http.Handler {
	seen := make(chan [2]map[string]bool, 1) // the latest IDs, and those before; for more than one process: a database
	seen <- [2]map[string]bool{{}, {}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err != nil || verifier.Verify(body, r.Header) != nil {
			http.Error(w, "not signed by jumun", http.StatusUnauthorized)
			return
		}
		var message struct{ Text string }
		_ = json.Unmarshal(body, &message) // it is jumun's
		known, id := <-seen, r.Header.Get("webhook-id")
		defer func() { seen <- known }()
		if !known[0][id] && !known[1][id] {
			if err := send(message.Text); err != nil {
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
				return
			}
			if len(known[0]) >= remembered {
				known = [2]map[string]bool{{}, known[0]}
			}
			known[0][id] = true
		}
	})
}

// send is where a provider's API is called, with whom to send to.
func send(provider, text string) error {
	body, _ := json.Marshal(map[string]string{"to": os.Getenv("PROVIDER_TO"), "text": text}) // it cannot fail
	res, err := client.Post(provider, "application/json", bytes.NewReader(body))
	if err == nil {
		defer res.Body.Close()
		if res.StatusCode/100 != 2 {
			err = fmt.Errorf("the provider answers %s", res.Status)
		}
	}
	return err
}
