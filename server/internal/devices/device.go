package devices

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// keepDevices is how long a device that does not connect stays known: by then all its
	// tokens have expired.
	keepDevices = wire.MaxTokenLife
	// maxDevices of a mart are known: far more than a store has. If there are more, those that
	// were seen longest ago are forgotten; their tokens stay valid.
	maxDevices = 10_000
)

var (
	//go:embed device.lua
	deviceScript string
	//go:embed enrol.lua
	enrolScript string

	enrol = redis.NewScript(revocation.NowScript + deviceScript + enrolScript)
)

// Enrol stores the ID, Name, MartID, PairedAt, PairedBy, Key and EndsAt of a device that was paired, or has a new
// token. When a known device was seen stays unchanged, and without PairedBy that too.
// One that roams is not listed at a mart that nobody else uses. An error about d wraps
// order.ErrMalformed.
func (r *Registry) Enrol(ctx context.Context, d wire.Device) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	listed, err := 0, checkDevice(d)
	if err == nil {
		listed, err = enrol.Run(ctx, r.client, noteKeys(d.MartID), keepDevices.Milliseconds(), maxDevices, d.ID, encode(d), roams(d)).Int()
	}
	if err == nil && listed == 1 {
		err = r.index(ctx, d)
	}
	if err != nil {
		return fmt.Errorf("enrol a device: %w", err)
	}
	return nil
}

func checkDevice(d wire.Device) error {
	if d.ID == "" || order.Line(d.ID, wire.MaxHolder) != d.ID {
		return fmt.Errorf("the ID of a device is empty, too long, or not to be printed: %w", order.ErrMalformed)
	}
	_, err := order.ParseMartID(string(d.MartID))
	return err
}

// known is what Redis holds about a device, apart from its streams.
type known struct {
	Name     string `json:"name"`
	PairedAt int64  `json:"pairedAt"` // ms since 1970

	Role wire.Role `json:"role,omitempty"`
	For  string    `json:"for,omitempty"`

	Key  string `json:"key,omitempty"`
	Ends int64  `json:"ends,omitempty"` // seconds since 1970; note.lua reads it

	By string `json:"by,omitempty"` // the last one: device.lua keeps it
}

// roams returns 1 if d is to be listed only at a mart that others use: else it fills Redis with made-up ones.
func roams(d wire.Device) int {
	if d.Roams && d.MartID != wire.AnyMart {
		return 1
	}
	return 0
}

func encode(d wire.Device) []byte {
	k := known{Name: order.Line(d.Name, order.MaxName), PairedAt: d.PairedAt.UnixMilli(), Role: d.Role, For: order.Line(d.For, order.MaxName), Key: d.Key, By: order.Line(d.PairedBy, wire.MaxHolder)}
	if !d.EndsAt.IsZero() {
		k.Ends = d.EndsAt.Unix()
	}
	body, _ := json.Marshal(k) // it cannot fail
	return body
}
