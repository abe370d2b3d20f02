package devices

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// lateNote is how much later than it happened it may be noted that a device was there.
const lateNote = 5 * time.Second

// pollLife is how long a device that polls counts as connected after a poll: the next one is answered after
// wire.MaxWait at the latest, and has a way to go.
const pollLife = wire.MaxWait + 20*time.Second

//go:embed hearing.lua
var hearingScript string

// A Hearing says who can be heard at a mart.
type Hearing struct {
	State     wire.MartState
	Known     int       // devices that are listed, revoked ones too
	Connected int       // of them
	Seen      time.Time // when the last of those that are away was there; zero: none was
	Now       time.Time // by the clock that has told the other times
}

// Hearing returns who can be heard at each of these marts, in one round trip or two.
func (r *Registry) Hearing(ctx context.Context, marts []order.MartID) ([]Hearing, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	all := make([]Hearing, len(marts))
	err := r.eachHearing(ctx, marts, func(i int, streams map[string]stream, reports map[string]reported, known int, now time.Time) {
		all[i] = Hearing{State: wire.MartUnheard, Known: known, Now: now}
		for id, s := range streams {
			all[i].add(s, reports[id])
		}
	})
	return all, err
}

// add counts one device.
func (h *Hearing) add(s stream, p reported) {
	if gone := isGone(s, p); gone || !s.connected {
		last := s.last
		if gone {
			last = p.at
		}
		if last.After(h.Seen) {
			h.Seen = last
		}
		return
	}
	state, _ := deviceState(s, p, h.Now)
	h.Connected++
	switch {
	case state == wire.DeviceAudible:
		h.State = wire.MartHeard
	case state == wire.DeviceUnknown && h.State == wire.MartUnheard:
		h.State = wire.MartUnknown
	}
}

// Statuses returns the devices of mart as Devices does, with the state of each.
func (r *Registry) Statuses(ctx context.Context, mart order.MartID) ([]wire.DeviceStatus, error) {
	list, err := r.Devices(ctx, mart)
	if err != nil {
		return nil, err
	}
	all := make([]wire.DeviceStatus, len(list))
	err = r.eachHearing(ctx, []order.MartID{mart}, func(_ int, streams map[string]stream, reports map[string]reported, _ int, now time.Time) {
		for i, d := range list {
			all[i] = statusOf(d, streams[d.ID], reports[d.ID], now)
		}
	})
	return all, err
}

func statusOf(d wire.Device, s stream, p reported, now time.Time) wire.DeviceStatus {
	status := wire.DeviceStatus{Device: d}
	status.State, status.Since = deviceState(s, p, now)
	if !d.RevokedAt.IsZero() {
		status.State, status.Since = wire.DeviceRevoked, d.RevokedAt
	}
	if !p.at.IsZero() {
		status.Presence, status.Reported = &p.Presence, p.at
	}
	return status
}

// deviceState returns the state of a device, and since when it has that, as far as it is known.
func deviceState(s stream, p reported, now time.Time) (state string, since time.Time) {
	switch {
	case isGone(s, p) && hasEnded(p):
		return wire.DeviceAway, p.since
	case isGone(s, p):
		return wire.DeviceAsleep, p.since
	case !s.connected:
		return wire.DeviceAway, s.last
	case p.at.IsZero(), p.AsleepSoon: // it may be back, and has not reported that yet
		return wire.DeviceUnknown, s.at
	case now.Sub(p.at) > wire.PresenceLife && p.at.Before(s.at): // it may run an older version now
		return wire.DeviceUnknown, s.at
	case now.Sub(p.at) > wire.PresenceLife:
		return wire.DeviceFrozen, p.at
	case p.Audible:
		return wire.DeviceAudible, p.since
	}
	return wire.DeviceSilent, p.since
}

// hasEnded reports whether a device that is gone was ended, and does not sleep.
func hasEnded(p reported) bool { return slices.Contains(p.Problems, wire.PresenceQuit) }

// isGone reports whether a device has said that it falls asleep or ends, and was not back since. Its server notices
// only later that its stream is dead.
func isGone(s stream, p reported) bool {
	return p.AsleepSoon && (!s.connected || s.at.Sub(p.at) < lateNote)
}

// A stream is what is known of the stream of a device.
type stream struct {
	at        time.Time // when that was noted last
	last      time.Time // when the device was there last, as far as it is known
	connected bool
	polls     bool // it has no stream
}

// streamOf reads what Redis holds of when a device was seen, and of its stream. err: that is not ours.
func (r *Registry) streamOf(seen string, now time.Time, servers pods) (s stream, err error) {
	at, name, _ := strings.Cut(seen, " ")
	if s.at, err = revocation.ParseTime(at); err != nil {
		return stream{}, err
	}
	age := now.Sub(s.at)
	s.polls = name == polls
	if s.polls {
		s.connected = age <= pollLife
	} else { // podLease: a server that lives may not have noted yet that it does
		s.connected = name != "" && (age <= podLease || age <= r.streamLife && servers.have(name))
	}
	s.last = s.at
	if at := servers.last(name); at.After(s.last) {
		s.last = at
	}
	return s, nil
}

// polls is the stream of a device that polls.
const polls = "poll"

// eachHearing calls f with what is known of the devices of each mart.
func (r *Registry) eachHearing(ctx context.Context, marts []order.MartID, f func(i int, streams map[string]stream, reports map[string]reported, known int, now time.Time)) error {
	servers, err := r.pods(ctx, "", false)
	if err != nil {
		return fmt.Errorf("look which servers live: %w", err)
	}
	pipe := r.client.Pipeline()
	for _, mart := range marts {
		pipe.Eval(ctx, revocation.NowScript+hearingScript, deviceKeys(mart))
	}
	answers, err := pipe.Exec(ctx)
	if err != nil {
		return fmt.Errorf("look who can be heard: %w", err)
	}
	for i, cmd := range answers {
		answer, _ := cmd.(interface{ Slice() ([]any, error) }).Slice() // Exec has returned its error
		if len(answer) != 4 {
			return fmt.Errorf("look who can be heard: answer has %d parts: %w", len(answer), order.ErrMalformed)
		}
		at, _ := answer[0].(string)
		now, err := revocation.ParseTime(at)
		if err != nil {
			return err
		}
		known, _ := answer[1].(int64)
		f(i, r.streams(answer[2], now, servers), r.reports(answer[3]), int(known), now)
	}
	return nil
}

func (r *Registry) streams(answer any, now time.Time, servers pods) map[string]stream {
	streams := make(map[string]stream)
	for id, seen := range pairs(answer) {
		s, err := r.streamOf(seen, now, servers)
		if err != nil {
			r.foreign.Skip("err", err)
			continue
		}
		streams[id] = s
	}
	return streams
}

func (r *Registry) reports(answer any) map[string]reported {
	reports := make(map[string]reported)
	for id, text := range pairs(answer) {
		reports[id] = r.parseReport(text)
	}
	return reports
}
