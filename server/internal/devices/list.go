package devices

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

var (
	//go:embed list.lua
	listScript string

	list = redis.NewScript(revocation.NowScript + deviceScript + listScript)
)

// Devices returns the devices of mart that are known, in the order in which they were
// paired, with what was revoked of them, but for what a key has signed. It is never nil.
func (r *Registry) Devices(ctx context.Context, mart order.MartID) ([]wire.Device, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	answer, err := list.Run(ctx, r.client, deviceKeys(mart), keepDevices.Milliseconds(), maxDevices).Slice()
	var servers pods
	if err == nil {
		servers, err = r.pods(ctx, "", false)
	}
	var devices []wire.Device
	if err == nil {
		devices, err = r.parseList(mart, answer, servers)
	}
	if err == nil {
		err = r.markRevoked(ctx, devices)
	}
	if err == nil {
		err = r.fillVersions(ctx, mart, devices)
	}
	if err != nil {
		return nil, fmt.Errorf("list the devices of a mart: %w", err)
	}
	return devices, nil
}

func (r *Registry) parseList(mart order.MartID, answer []any, servers pods) ([]wire.Device, error) {
	if len(answer) != 5 {
		return nil, fmt.Errorf("answer has %d parts: %w", len(answer), order.ErrMalformed)
	}
	at, _ := answer[0].(string)
	now, err := revocation.ParseTime(at)
	bodies, streams, reports, names := pairs(answer[1]), pairs(answer[2]), pairs(answer[3]), pairs(answer[4])
	devices := make([]wire.Device, 0, len(bodies))
	for id, body := range bodies {
		if d, err := parseDevice(mart, id, body); err == nil {
			d.Name = cmp.Or(order.Line(names[id], order.MaxName), d.Name)
			r.parseStream(&d, streams[id], reports[id], now, servers)
			devices = append(devices, d)
		} else {
			r.foreign.Skip("err", err)
		}
	}
	slices.SortFunc(devices, func(a, b wire.Device) int {
		return cmp.Or(a.PairedAt.Compare(b.PairedAt), strings.Compare(a.ID, b.ID))
	})
	return devices, err
}

// pairs are the fields and values of a hash, as a script answers them: one after the other.
func pairs(answer any) map[string]string {
	flat, _ := answer.([]any)
	hash := make(map[string]string, len(flat)/2)
	for pair := range slices.Chunk(flat, 2) {
		field, _ := pair[0].(string)
		hash[field], _ = pair[len(pair)-1].(string)
	}
	return hash
}

// parseDevice reads what Redis holds of a device. Its errors wrap order.ErrMalformed.
func parseDevice(mart order.MartID, id, body string) (wire.Device, error) {
	var k known
	if json.Unmarshal([]byte(body), &k) != nil {
		return wire.Device{}, redisconn.NotOurs("device %.100q of mart %s", id, mart)
	}
	d := wire.Device{ID: id, Name: order.Line(k.Name, order.MaxName), MartID: mart, PairedAt: time.UnixMilli(k.PairedAt).UTC(), Role: k.Role, For: order.Line(k.For, order.MaxName), Key: order.Line(k.Key, order.MaxName), PairedBy: order.Line(k.By, wire.MaxHolder)}
	if k.Ends > 0 {
		d.EndsAt = time.Unix(k.Ends, 0).UTC()
	}
	if checkDevice(d) != nil || !inJSON(d.PairedAt) || !inJSON(d.EndsAt) {
		return wire.Device{}, redisconn.NotOurs("device %.100q of mart %s", id, mart)
	}
	return d, nil
}

// inJSON reports whether JSON has t: it knows no other years.
func inJSON(t time.Time) bool { return t.Year() >= 0 && t.Year() <= 9999 }

// parseStream reads when d was seen, and whether it has a stream or has reported that it goes. If that is not ours,
// d was never seen.
func (r *Registry) parseStream(d *wire.Device, seen, report string, now time.Time, servers pods) {
	if seen == "" {
		return
	}
	s, err := r.streamOf(seen, now, servers)
	if err != nil {
		r.foreign.Skip("err", err)
		return
	}
	p := r.parseReport(report)
	gone := isGone(s, p)
	d.SeenAt, d.Connected, d.Asleep = s.at, s.connected && !s.polls && !gone, gone && !hasEnded(p)
}

// markRevoked fills in since when devices are revoked: themselves, at all marts or at theirs, or what was
// issued for their mart or for every mart until then.
func (r *Registry) markRevoked(ctx context.Context, devices []wire.Device) error {
	if len(devices) == 0 {
		return nil
	}
	wanted := []wire.Revocation{{MartID: wire.AnyMart}}
	for _, d := range devices {
		wanted = append(wanted, wire.Revocation{MartID: d.MartID}, wire.Revocation{Device: d.ID}, wire.Revocation{Device: d.ID, MartID: d.MartID})
	}
	at, err := r.At(ctx, wanted...)
	if err != nil {
		return err
	}
	for i, d := range devices {
		own := at[1+3*i:]
		devices[i].RevokedAt = earliest(own[1], own[2], upTo(own[0], d), upTo(at[0], d))
	}
	return nil
}

// upTo is when the devices of a mart were revoked, if d was paired by then. Tokens know whole seconds
// only.
func upTo(revoked time.Time, d wire.Device) time.Time {
	if d.Role != "" || d.PairedAt.Unix() > revoked.Unix() {
		return time.Time{}
	}
	return revoked
}

func earliest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if first.IsZero() || !t.IsZero() && t.Before(first) {
			first = t
		}
	}
	return first
}
