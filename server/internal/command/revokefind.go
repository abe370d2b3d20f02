package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// endTimeout is how long the command waits for the streams of what it revoked to end: a busy server
	// needs a second, and notes it a moment later.
	endTimeout = 5 * time.Second
	// endEvery is how often it looks: an administrator may ask a server once a second in the long run.
	endEvery = 250 * time.Millisecond
)

// devices returns the devices that the revocation ends, as far as they are known; none for a key, or for
// all marts. It fails if a device is not known, unless it is revoked all the same.
func (c *revokeCommand) devices(ctx context.Context, env environment) (valid []wire.Device, err error) {
	found, certain, err := c.concerned(ctx, env)
	if err == nil && c.Device != "" && len(found) == 0 && certain && !c.Force {
		err = c.unknown()
	}
	return slices.DeleteFunc(found, func(d wire.Device) bool { return !d.RevokedAt.IsZero() }), err
}

func (c *revokeCommand) unknown() error {
	where := ""
	if c.Mart != "" {
		where = " at mart " + string(c.Mart)
	}
	return advise(fmt.Errorf("nothing was revoked: %s is not known%s", c.Device, where),
		`look for its ID with "jumun-server devices --mart 42" (--mart '*' lists who is not a device), give --mart too if its ID has a slash, or give --force to revoke a token that never came here`,
		`"jumun-server devices --mart 42"로 ID를 확인하세요(기기가 아니면 --mart '*'). ID에 /가 있으면 --mart도 지정하고, 한 번도 쓰지 않은 토큰이면 --force를 지정하세요`)
}

// concerned returns what is listed of whatever is revoked. certain: what is not listed is not known.
func (c *revokeCommand) concerned(ctx context.Context, env environment) (found []wire.Device, certain bool, err error) {
	switch {
	case c.Device != "":
		return c.find(ctx, env)
	case c.Mart == "" || c.Mart == wire.AnyMart:
		return nil, false, nil
	}
	list, err := c.listDevices(ctx, env, c.Mart)
	return list.Devices, true, err
}

// find returns what is listed of the device, at the mart if there is one. Servers of before cannot say.
func (c *revokeCommand) find(ctx context.Context, env environment) (found []wire.Device, certain bool, err error) {
	var marts []order.MartID
	if c.Mart != "" {
		marts = []order.MartID{c.Mart}
	}
	var list wire.Devices
	path := wire.FindPath + "?" + url.Values{wire.DeviceParam: {c.Device}}.Encode()
	err = c.ask(ctx, env, http.MethodGet, path, nil, &list, func(ctx context.Context, r *devices.Registry) (err error) {
		list.Devices, err = r.Find(ctx, c.Device, marts...)
		return err
	})
	if isNotFound(err) {
		return nil, false, nil
	}
	elsewhere := func(d wire.Device) bool { return c.Mart != "" && d.MartID != c.Mart }
	return slices.DeleteFunc(list.Devices, elsewhere), true, err
}

// tokens returns how many tokens in use need the key, -1 if that is not known. It fails if the servers do not
// know the key, unless it is revoked all the same.
func (c *revokeCommand) tokens(ctx context.Context, env environment) (int64, error) {
	if c.Key == "" {
		return -1, nil
	}
	list, err := c.listKeys(ctx, env, nil)
	i := slices.IndexFunc(list, func(k wire.Key) bool { return k.ID == c.Key })
	switch {
	case isNotFound(err) || err == nil && len(list) == 0: // servers of before say nothing of their keys
		return -1, nil
	case err != nil:
		return 0, err
	case i >= 0:
		return list[i].Tokens + list[i].Renewed, nil
	case c.Force:
		return -1, nil
	}
	return 0, advise(fmt.Errorf("nothing was revoked: the servers have had no key %s", c.Key),
		`look for it with "jumun-server keys list", or give --force`, `"jumun-server keys list"로 확인하거나 --force를 지정하세요`)
}

// isNotFound reports whether err is the answer of a server of before: it does not know the path.
func isNotFound(err error) bool {
	var refused *answerError
	return errors.As(err, &refused) && refused.status == http.StatusNotFound
}

// awaitEnd waits until the devices that were connected are not, and returns how many still are.
func (c *revokeCommand) awaitEnd(ctx context.Context, env environment, before []wire.Device) (left int, err error) {
	were := connectedOf(before)
	for until := time.Now().Add(endTimeout); len(were) > 0; wait.For(ctx, endEvery) {
		now, _, err := c.concerned(ctx, env)
		if err != nil {
			return len(were), err
		}
		are := connectedOf(now)
		were = slices.DeleteFunc(were, func(d entry) bool { return !slices.Contains(are, d) })
		if time.Now().After(until) || ctx.Err() != nil {
			break
		}
	}
	return len(were), nil
}

// An entry is a device in the list of a mart.
type entry struct {
	id   string
	mart order.MartID
}

func connectedOf(list []wire.Device) (connected []entry) {
	for _, d := range list {
		if d.Connected {
			connected = append(connected, entry{d.ID, d.MartID})
		}
	}
	return connected
}
