package devices

import (
	"context"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Revoke stores each of list, as Store.Revoke does. Of a mart it then revokes, one by one, the listed devices
// whose tokens still count as issued later: a machine whose clock is ahead of Redis's made them.
func (r *Registry) Revoke(ctx context.Context, list ...wire.Revocation) error {
	err := r.Store.Revoke(ctx, list...)
	for _, v := range list {
		if err == nil && v.Device == "" && v.MartID != "" && v.MartID != wire.AnyMart {
			err = r.revokeAhead(ctx, v.MartID)
		}
	}
	return err
}

func (r *Registry) revokeAhead(ctx context.Context, mart order.MartID) error {
	devices, err := r.Devices(ctx, mart)
	for _, d := range devices {
		if err == nil && d.RevokedAt.IsZero() {
			err = r.RevokeAt(ctx, d.ID, []order.MartID{mart}, true)
		}
	}
	return err
}
