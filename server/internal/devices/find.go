package devices

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxSeenAt is how many marts of one device are remembered, those at which it was seen last.
const maxSeenAt = 100

// index stores at which marts devices are listed, so that Find needs no mart. Those for which a lent key
// vouches are left out: there may be any number.
func (r *Registry) index(ctx context.Context, devices ...wire.Device) error {
	pipe := r.client.Pipeline()
	for _, d := range devices {
		if strings.Contains(d.ID, "/") {
			continue
		}
		key := seenKey(d.ID)
		pipe.ZAdd(ctx, key, redis.Z{Score: float64(time.Now().UnixMilli()), Member: string(d.MartID)})
		pipe.ZRemRangeByRank(ctx, key, 0, -maxSeenAt-1)
		pipe.PExpire(ctx, key, keepDevices)
		if d.MartID != wire.AnyMart {
			eventlog.AddMarts(ctx, pipe, d.MartID)
		}
	}
	_, err := pipe.Exec(ctx)
	return err
}

// Find returns what is known of a device at each of these marts where it is listed; without marts, at those
// where it was seen. Of a device for which a lent key vouches it is not known where it was seen.
func (r *Registry) Find(ctx context.Context, id string, marts ...order.MartID) ([]wire.Device, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	found, err := r.find(ctx, id, marts)
	if err == nil {
		err = r.markRevoked(ctx, found)
	}
	if err != nil {
		return nil, fmt.Errorf("look for a device: %w", err)
	}
	return found, nil
}

func (r *Registry) find(ctx context.Context, id string, marts []order.MartID) (found []wire.Device, err error) {
	if len(marts) == 0 {
		seen, err := r.client.ZRange(ctx, seenKey(id), 0, -1).Result()
		if err != nil {
			return nil, err
		}
		for _, mart := range seen {
			marts = append(marts, order.MartID(mart))
		}
	}
	servers, err := r.pods(ctx, "", false)
	if err != nil || len(marts) == 0 {
		return nil, err
	}
	now, err := r.Now(ctx)
	if err != nil {
		return nil, err
	}
	pipe := r.client.Pipeline()
	bodies, streams, reports, names := make([]*redis.StringCmd, len(marts)), make([]*redis.StringCmd, len(marts)), make([]*redis.StringCmd, len(marts)), make([]*redis.StringCmd, len(marts))
	for i, mart := range marts {
		keys := deviceKeys(mart)
		bodies[i], streams[i], reports[i], names[i] = pipe.HGet(ctx, keys[0], id), pipe.HGet(ctx, keys[1], id), pipe.HGet(ctx, keys[4], id), pipe.HGet(ctx, deviceNamesKey(mart), id)
	}
	_, _ = pipe.Exec(ctx) // each command has its error
	for i, mart := range marts {
		if err := bodies[i].Err(); err != nil && err != redis.Nil {
			return nil, err
		}
		if d, err := parseDevice(mart, id, bodies[i].Val()); err == nil {
			d.Name = cmp.Or(order.Line(names[i].Val(), order.MaxName), d.Name)
			r.parseStream(&d, streams[i].Val(), reports[i].Val(), now, servers)
			found = append(found, d)
		}
	}
	return found, nil
}
