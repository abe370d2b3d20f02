package client

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/wire"
)

func TestTheNameOfTheMartIsAskedForNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		named := make(chan string, 10)
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path != wire.MartPath("42"):
				say(w, hello)
				beat(w, r)
			case asked.Add(1) == 1: // a server of before
				w.Header().Set("Content-Type", wire.ProblemType)
				w.WriteHeader(http.StatusNotFound)
			case asked.Load() == 2:
				answer(w, `{"martId":"42","name":"강남점\n"}`)
			default:
				answer(w, `[]`)
			}
		}, func(f *Client) { f.Named = func(name string) { named <- name } })
		s.wantConnected(t, nameWithin)
		if asked.Load() != 1 || len(named) > 0 {
			t.Errorf("asked %d times, told %d", asked.Load(), len(named))
		}
		s.wantConnected(t, 5*nameEvery+nameWithin)
		if n := asked.Load(); n < 5 || n > 7 || len(named) != 1 || <-named != "강남점" {
			t.Errorf("asked %d times, told %d", n, len(named))
		}
		s.stop()
		time.Sleep(time.Second)
		if !s.ended.Load() {
			t.Error("it goes on")
		}
	})
}
