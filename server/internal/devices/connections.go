package devices

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxSaid bounds the problems that are kept of a report, in characters: a device names them as it likes.
const maxSaid = 64

//go:embed connections.lua
var connectionsScript string

// said returns a report as connections.lua takes it.
func said(p wire.Presence) string {
	switch {
	case p.AsleepSoon && slices.Contains(p.Problems, wire.PresenceQuit):
		return wire.ConnectionQuit
	case p.AsleepSoon:
		return wire.ConnectionAsleep
	case p.Audible:
		return wire.ConnectionHeard
	}
	return strings.TrimSpace(wire.ConnectionSilent + " " + order.Line(strings.Join(p.Problems, ","), maxSaid))
}

// Connections returns what happened to the connections of the devices of mart, or of one of them, the oldest first
// and the last wire.MaxConnections of them, with what is known to have happened though nobody has noted it: that a
// server was killed, or that a device is frozen or was revoked.
func (r *Registry) Connections(ctx context.Context, mart order.MartID, device string) (wire.Connections, error) {
	list, err := r.Statuses(ctx, mart)
	if err != nil {
		return wire.Connections{}, err
	}
	kept, err := r.keptLines(ctx, mart, device)
	if err != nil {
		return wire.Connections{}, fmt.Errorf("read what happened to the connections of a mart: %w", err)
	}
	all := []wire.Connection{}
	for _, d := range list {
		if device == "" || d.ID == device {
			all = append(all, endedBy(d, r.parseLines(d, kept[d.ID]))...)
		}
	}
	slices.SortStableFunc(all, func(a, b wire.Connection) int { return a.At.Compare(b.At) })
	return wire.Connections{Connections: all[max(0, len(all)-wire.MaxConnections):]}, nil
}

func (r *Registry) keptLines(ctx context.Context, mart order.MartID, device string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	if device == "" {
		return r.client.HGetAll(ctx, connectionsKey(mart)).Result()
	}
	lines, err := r.client.HGet(ctx, connectionsKey(mart), device).Result()
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	return map[string]string{device: lines}, err
}

func (r *Registry) parseLines(d wire.DeviceStatus, lines string) (all []wire.Connection) {
	for line := range strings.Lines(lines) {
		c, err := parseConnection(strings.TrimSuffix(line, "\n"))
		if err != nil {
			r.foreign.Skip("err", redisconn.NotOurs("a connection of device %.100q of mart %s", d.ID, d.MartID))
			continue
		}
		c.Device, c.Name = d.ID, d.Name
		all = append(all, c)
	}
	return all
}

func parseConnection(line string) (c wire.Connection, err error) {
	at, rest, _ := strings.Cut(line, " ")
	if c.At, err = revocation.ParseTime(at); err != nil {
		return c, err
	}
	word, rest, _ := strings.Cut(rest, " ")
	switch c.Event = word; word {
	case wire.ConnectionCame:
		times, last, _ := strings.Cut(rest, " ")
		if c.Anew, err = strconv.Atoi(times); err != nil || c.Anew == 0 {
			return c, err
		}
		c.LastAt, err = revocation.ParseTime(last)
	case wire.ConnectionSilent:
		c.Why = order.Line(rest, maxSaid)
	case wire.ConnectionLost, wire.ConnectionAsleep, wire.ConnectionQuit, wire.ConnectionHeard:
	default:
		err = order.ErrMalformed
	}
	return c, err
}

// endedBy returns all with what the state of d says beyond the last of them.
func endedBy(d wire.DeviceStatus, all []wire.Connection) []wire.Connection {
	var last wire.Connection
	if len(all) > 0 {
		last = all[len(all)-1]
	}
	event := map[string]string{wire.DeviceAway: wire.ConnectionLost, wire.DeviceFrozen: wire.ConnectionFrozen, wire.DeviceRevoked: wire.ConnectionRevoked}[d.State]
	ended := slices.Contains([]string{"", wire.ConnectionLost, wire.ConnectionAsleep, wire.ConnectionQuit}, last.Event)
	if event == "" || event == wire.ConnectionLost && (ended || !d.Since.After(last.At)) {
		return all
	}
	return append(all, wire.Connection{Device: d.ID, Name: d.Name, Event: event, At: d.Since})
}
