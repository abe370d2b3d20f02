package devices

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// What a device has done.
const (
	Came   Doing = "came"   // it has a stream now
	Left   Doing = "left"   // a stream of it has ended; one that ends late does not hide a newer one
	Polled Doing = "polled" // it asked for its orders without a stream
)

// A Doing is what a device has done.
type Doing string

// A Note says that a device was there just now.
type Note struct {
	Doing Doing
	// Device is its ID and MartID, and if it came or polled its Name, PairedAt, Role, For, Key, EndsAt and Roams, as Enrol
	// keeps them: the token may have been made elsewhere.
	Device wire.Device
	// Stream is a name that no other stream has, and not empty; of one that polled it is.
	Stream string
	// Asked is after which event that stream begins, as the device asked, or Fresh; empty: not known.
	Asked order.ID
}

// Fresh is asked for by a device that has no event yet.
const Fresh order.ID = "fresh"

var (
	//go:embed note.lua
	noteScript string

	note = redis.NewScript(revocation.NowScript + deviceScript + connectionsScript + noteScript)
)

// Note writes notes, which may be hundreds, in one pipeline, those of one device in their
// order. That a device left is not written if the device is not known.
//
// The error is about one of the notes; others may have been written. Writing all of them again
// is safe. An error about a device that is not valid wraps order.ErrMalformed.
func (r *Registry) Note(ctx context.Context, notes []Note) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	var wrong error
	sent := make([]Note, 0, len(notes))
	for _, n := range notes {
		if err := checkDevice(n.Device); err != nil {
			wrong = err
			continue
		}
		sent = append(sent, n)
	}
	unknown, err := r.send(ctx, sent, note.EvalSha)
	if len(unknown) > 0 { // a Redis that has restarted
		_, err = r.send(ctx, unknown, note.Eval)
	}
	if err = cmp.Or(err, wrong); err != nil {
		return fmt.Errorf("note that devices were there: %w", err)
	}
	return nil
}

// A runner runs the script in Redis: by its hash, or by its text.
type runner func(ctx context.Context, c redis.Scripter, keys []string, args ...any) *redis.Cmd

// send returns the notes for which Redis did not know the script.
func (r *Registry) send(ctx context.Context, notes []Note, run runner) (unknown []Note, err error) {
	pipe, sent := r.client.Pipeline(), make([]*redis.Cmd, len(notes))
	for i, n := range notes {
		var known []byte
		if n.Doing != Left {
			known = encode(n.Device)
		}
		sent[i] = run(ctx, pipe, noteKeys(n.Device.MartID), keepDevices.Milliseconds(), maxDevices, n.Device.ID, known, n.Stream, string(n.Doing), roams(n.Device), string(n.Asked))
	}
	_, _ = pipe.Exec(ctx)   // each command has its error
	var today []wire.Device // seen for the first time
	for i, cmd := range sent {
		if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
			unknown = append(unknown, notes[i])
		} else if cmd.Err() != nil {
			err = cmd.Err()
		} else if n, _ := cmd.Int(); n == 1 {
			today = append(today, notes[i].Device)
		}
	}
	return unknown, cmp.Or(err, r.index(ctx, today...))
}
