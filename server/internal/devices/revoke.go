package devices

import (
	"context"

	"jumun/shared/wire"
)

// Revoke stores v, as Store.Revoke does. Of a mart it then revokes, one by one, the listed devices
// whose tokens still count as issued later: a machine whose clock is ahead of Redis's made them.
func (r *Registry) Revoke(ctx context.Context, v wire.Revocation) error {
	if err := r.Store.Revoke(ctx, v); err != nil || v.MartID == "" || v.MartID == wire.AnyMart {
		return err
	}
	devices, err := r.Devices(ctx, v.MartID)
	for _, d := range devices {
		if err == nil && d.RevokedAt.IsZero() {
			err = r.Store.Revoke(ctx, wire.Revocation{Device: d.ID})
		}
	}
	return err
}
