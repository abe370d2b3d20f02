package order

import "time"

// ConfirmedLately is how long an order that was confirmed is still repeated by another one with
// its number: a publisher that sends an order again does so sooner, and a shop that uses a number
// again does so later.
const ConfirmedLately = time.Hour

// An Earlier is what is known of an order that was recorded, when a placement with its number or
// its key comes.
type Earlier struct {
	Key       string
	Details             // zero where it is not known
	Confirmed time.Time // or withdrawn, by the log's clock; zero: it is open
}

// IsRepeatedBy reports whether a placement that is recorded at now, by the log's clock, is the same
// order again. Its mart, and its number or key, are those of e.
//
// If both have a key, the keys decide. Otherwise it is the same order if nothing differs that both
// of them say, and if e is open, or was confirmed lately, or both were placed at the same time.
func (e Earlier) IsRepeatedBy(key string, d Details, now time.Time) bool {
	if e.Key != "" && key != "" {
		return e.Key == key
	}
	if e.Differs(d) {
		return false
	}
	samePlacedAt := !e.PlacedAt.IsZero() && !d.PlacedAt.IsZero() // they do not differ
	return e.Confirmed.IsZero() || now.Sub(e.Confirmed) < ConfirmedLately || samePlacedAt
}

// Differs reports whether d has another value than e in a field that both of them have.
func (e Earlier) Differs(d Details) bool {
	return e.Summary != d.Summary && e.Summary != "" && d.Summary != "" ||
		e.Amount != d.Amount && e.Amount != "" && d.Amount != "" ||
		!e.PlacedAt.Equal(d.PlacedAt) && !e.PlacedAt.IsZero() && !d.PlacedAt.IsZero()
}
