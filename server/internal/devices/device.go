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
// token. When a known device was seen stays unchanged, and without PairedBy that too. An error about d wraps
// order.ErrMalformed.
func (r *Registry) Enrol(ctx context.Context, d wire.Device) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	err := checkDevice(d)
	if err == nil {
		err = r.index(ctx, d)
	}
	if err == nil {
		err = enrol.Run(ctx, r.client, deviceKeys(d.MartID), keepDevices.Milliseconds(), maxDevices, d.ID, encode(d)).Err()
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

func encode(d wire.Device) []byte {
	k := known{Name: order.Line(d.Name, order.MaxName), PairedAt: d.PairedAt.UnixMilli(), Role: d.Role, For: order.Line(d.For, order.MaxName), Key: d.Key, By: order.Line(d.PairedBy, wire.MaxHolder)}
	if !d.EndsAt.IsZero() {
		k.Ends = d.EndsAt.Unix()
	}
	body, _ := json.Marshal(k) // it cannot fail
	return body
}
