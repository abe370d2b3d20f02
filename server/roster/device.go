package roster

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/server/redisdial"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// keepDevices is how long a device is known that nobody hears of: by then no token of
	// it can be good.
	keepDevices = wire.MaxTokenLife
	// mostDevices of a mart are known: far more than a store has. If there are more, those
	// are forgotten that were not heard of for longest; what they may do stays as it is.
	mostDevices = 10_000
)

var (
	//go:embed device.lua
	deviceScript string
	//go:embed enrol.lua
	enrolScript string
	//go:embed connected.lua
	connectedScript string
	//go:embed left.lua
	leftScript string

	enrol     = redis.NewScript(nowScript + deviceScript + enrolScript)
	connected = redis.NewScript(nowScript + deviceScript + connectedScript)
	left      = redis.NewScript(nowScript + deviceScript + leftScript)
)

// Enrol keeps the ID, Name, MartID and PairedAt of a device that was paired, or has a new
// token. When a device was seen that is known already stays as it is.
// An error about d wraps order.ErrMalformed.
func (r *Roster) Enrol(ctx context.Context, d wire.Device) error {
	return r.tell(ctx, enrol, "enrol a device", d, "")
}

// Connected keeps that d has a stream now, which no other has the name of, and no empty
// one. What Enrol keeps is kept too: the token may have been made elsewhere.
func (r *Roster) Connected(ctx context.Context, d wire.Device, stream string) error {
	return r.tell(ctx, connected, "keep that a device connected", d, stream)
}

// Left keeps that a stream of d has ended just now. One that ends late does not hide that
// d has a newer one.
func (r *Roster) Left(ctx context.Context, d wire.Device, stream string) error {
	return r.tell(ctx, left, "keep that a device left", d, stream)
}

// tell runs a script about d. Running it again is safe.
func (r *Roster) tell(ctx context.Context, script *redis.Script, what string, d wire.Device, stream string) error {
	ctx, cancel := context.WithTimeout(ctx, redisdial.IOTimeout)
	defer cancel()
	err := checkDevice(d)
	if err == nil {
		err = script.Run(ctx, r.client, deviceKeys(d.MartID), keepDevices.Milliseconds(), mostDevices, d.ID, encode(d), stream).Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func checkDevice(d wire.Device) error {
	if d.ID == "" || order.Line(d.ID, order.MaxName) != d.ID {
		return fmt.Errorf("the ID of a device is empty, too long, or not to be printed: %w", order.ErrMalformed)
	}
	_, err := order.ParseMartID(string(d.MartID))
	return err
}

// known is what Redis holds of a device, beside its streams.
type known struct {
	Name     string `json:"name"`
	PairedAt int64  `json:"pairedAt"` // ms since 1970
}

func encode(d wire.Device) []byte {
	body, _ := json.Marshal(known{order.Line(d.Name, order.MaxName), d.PairedAt.UnixMilli()}) // neither can fail
	return body
}
