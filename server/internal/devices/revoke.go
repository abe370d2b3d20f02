package devices

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"jumun/server/internal/revocation"
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
	var full error
	for _, d := range devices {
		if err != nil || !d.RevokedAt.IsZero() {
			continue
		}
		if err = r.RevokeAt(ctx, d.ID, []order.MartID{mart}, true, share(d.ID)); errors.Is(err, revocation.ErrFull) {
			full, err = err, nil // go on: another holder has another share
		}
	}
	return cmp.Or(err, full)
}

// share returns the room that revoking a listed holder takes. Whoever has a lent key lists any number of
// them, and an administrator of the mart revokes all at once.
func share(holder string) revocation.Share {
	if strings.Contains(holder, "/") {
		return revocation.Lent
	}
	return revocation.Marts
}
