package devices

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
)

// ErrNoDevice says that a mart has no such device.
var ErrNoDevice = errors.New("the mart has no such device")

var (
	//go:embed name.lua
	nameScript string

	setName = redis.NewScript(revocation.NowScript + deviceScript + nameScript)
)

// NameDevice gives a device of mart a name, by which it is listed, and which stands where it confirms orders; with "" the name
// that is in its token counts again. It fails with ErrNoDevice.
func (r *Registry) NameDevice(ctx context.Context, mart order.MartID, id, name string) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	n, err := setName.Run(ctx, r.client, deviceKeys(mart), keepDevices.Milliseconds(), maxDevices, id, order.Line(name, order.MaxName)).Int()
	if err == nil && n == 0 {
		err = ErrNoDevice
	}
	if err != nil {
		return fmt.Errorf("name a device: %w", err)
	}
	return nil
}

// DeviceName returns the name that an administrator gave a device of mart, or "".
func (r *Registry) DeviceName(ctx context.Context, mart order.MartID, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	name, err := r.client.HGet(ctx, deviceNamesKey(mart), id).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("read the name of a device: %w", err)
	}
	return order.Line(name, order.MaxName), nil
}
