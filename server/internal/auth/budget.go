package auth

import (
	"time"

	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/auth/token"
)

// maxLent is how many lent keys are remembered with what was done with them.
const maxLent = 10_000

// A budget bounds how often each holder of a token may do something, and how often all subjects of a
// lent key together: whoever has that key writes any number of them.
type budget struct {
	holders, lent *ratelimit.Limiter[string]
}

// newBudget returns a budget of perSecond in the long run, and burst at once, for each of most holders,
// and of share times as much for each lent key.
func newBudget(perSecond, burst, most, share int) budget {
	return budget{
		holders: ratelimit.NewLimiter[string](float64(perSecond), burst, most),
		lent:    ratelimit.NewLimiter[string](float64(share*perSecond), share*burst, maxLent),
	}
}

// take reports whether the holder of t may do it n times more now. If not, wait is how long until then.
func (b budget) take(t token.Token, n int) (wait time.Duration, ok bool) {
	if wait, ok = b.holders.AllowN(t.Holder(), n); !ok || t.Lent == "" {
		return wait, ok
	}
	return b.lent.AllowN(t.Lent, n)
}
