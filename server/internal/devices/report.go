package devices

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/wire"
)

var (
	//go:embed report.lua
	reportScript string

	report = redis.NewScript(revocation.NowScript + deviceScript + connectionsScript + reportScript)
)

// Report stores what d has reported of itself, which counts for wire.PresenceLife. d is as in a Note. Of one that
// is not to be listed nothing is stored.
func (r *Registry) Report(ctx context.Context, d wire.Device, p wire.Presence) error {
	stored, err := r.storeReport(ctx, d, p)
	if err == nil && !stored { // its token was made elsewhere, and its stream is not noted yet
		if err = r.Note(ctx, []Note{{Doing: Polled, Device: d}}); err == nil {
			_, err = r.storeReport(ctx, d, p)
		}
	}
	if err != nil {
		return fmt.Errorf("store what a device reports: %w", err)
	}
	return nil
}

func (r *Registry) storeReport(ctx context.Context, d wire.Device, p wire.Presence) (stored bool, err error) {
	last := p.Last
	p.Last = ""                // it is no other report because of it
	body, _ := json.Marshal(p) // it cannot fail
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	n, err := report.Run(ctx, r.client, deviceKeys(d.MartID), keepDevices.Milliseconds(), maxDevices, d.ID, body, said(p), string(last)).Int()
	return n == 1, err
}

// A reported is what a device reported last.
type reported struct {
	wire.Presence
	at, since time.Time // since: it has reported just that
}

// parseReport reads what Redis holds of a report; the zero one: there is none.
func (r *Registry) parseReport(text string) (p reported) {
	if text == "" {
		return p
	}
	at, rest, _ := strings.Cut(text, " ")
	since, body, _ := strings.Cut(rest, " ")
	var err, sinceErr error
	p.at, err = revocation.ParseTime(at)
	p.since, sinceErr = revocation.ParseTime(since)
	if err != nil || sinceErr != nil || json.Unmarshal([]byte(body), &p.Presence) != nil {
		r.foreign.Skip("err", redisconn.NotOurs("the report of a device"))
		return reported{}
	}
	return p
}
