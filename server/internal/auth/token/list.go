package token

import (
	"encoding/hex"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// An Info is what may be told of a key.
type Info struct {
	ID    string
	Made  time.Time // zero: unknown
	Lent  bool      // others hold it too
	Roles []wire.Role
	Marts []order.MartID
	Mark  string // differs from that of another secret, and gives nothing of it away
}

// List returns all keys, the oldest first.
func (k *Keys) List() (all []Info) {
	for _, each := range k.byAge {
		info := Info{ID: each.id, Lent: each.lent(), Roles: each.roles, Marts: each.marts, Mark: hex.EncodeToString(each.mark[:])}
		if each.made > 0 {
			info.Made = time.Unix(each.made, 0).UTC()
		}
		all = append(all, info)
	}
	return all
}
