package ingest

import (
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/httperror"
	"jumun/shared/order"
)

const (
	// martRate is how many orders of one mart requests may record in a second in the long run: no store
	// has as many. martBurst is how many they may record at once: a backlog of a weekend has 10,000.
	// Orders by the topic and the stream have no limit: their publishers may write to Redis anyway.
	martRate, martBurst = 10, 20_000
	// maxRates is how many marts are remembered for that. Beyond it all are forgotten.
	maxRates = 100_000
	// tellRate is how often the log names a mart that is over its rate.
	tellRate = time.Minute
)

// rates bounds how many orders of each mart requests record. The zero value is ready.
type rates struct {
	mu    sync.Mutex
	marts map[order.MartID]*martLimiter
}

type martLimiter struct {
	*rate.Limiter
	tell rate.Sometimes
}

// wait returns how long a mart must wait for its next order; 0: it need not.
func (r *rates) wait(mart order.MartID) time.Duration {
	if missing := 1 - r.of(mart).Tokens(); missing > 0 {
		return time.Duration(missing / martRate * float64(time.Second))
	}
	return 0
}

// count counts an order that was recorded.
func (r *rates) count(mart order.MartID) { r.of(mart).ReserveN(time.Now(), 1) }

func (r *rates) of(mart order.MartID) *martLimiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.marts[mart]
	if m == nil {
		if len(r.marts) >= maxRates || r.marts == nil {
			r.marts = make(map[order.MartID]*martLimiter)
		}
		m = &martLimiter{rate.NewLimiter(martRate, martBurst), rate.Sometimes{Interval: tellRate}}
		r.marts[mart] = m
	}
	return m
}

// refuseRate answers that a mart has more orders than are taken.
func (in *Intake) refuseRate(w http.ResponseWriter, mart order.MartID, wait time.Duration) {
	in.opts.Count(HTTP, Refused)
	in.rates.of(mart).tell.Do(func() {
		in.opts.Log.Warn("more orders of one mart come by POST than are taken: they are refused (429), and do not ring until they are sent again",
			"mart", mart, "perSecond", martRate)
	})
	httperror.TooMany(w, wait)
}
