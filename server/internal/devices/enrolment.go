package devices

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// listEnded is how long an enrolment key is listed after its end: somebody asks why a PC was refused.
	listEnded = 7 * 24 * time.Hour
	// maxEnrolments is how many keys there may be, a year of roll-outs; half of them is for full admins.
	maxEnrolments = 2000
	// ownEnrolments and ownComputers are how many keys, for how many computers in all, one admin of some
	// marts may have, or all that one lent key vouches for.
	ownEnrolments = 100
	ownComputers  = wire.MaxComputers
	// mapAtOnce are the computers that one command writes: Redis does nothing else meanwhile.
	mapAtOnce = 1000
	// listedMarts are how many of its marts the list of keys shows of each.
	listedMarts = 20
)

var (
	//go:embed enrolmentmake.lua
	enrolmentMakeScript string
	//go:embed enrolmentend.lua
	enrolmentEndScript string

	enrolmentMake = redis.NewScript(revocation.NowScript + enrolmentMakeScript)
	enrolmentEnd  = redis.NewScript(revocation.NowScript + enrolmentEndScript)
)

// ErrFull means that there is no room for another enrolment key of whoever wants it.
var ErrFull = errors.New("there are too many enrolment keys")

// ErrNoEnrolment means that there is no enrolment key of an ID, or that it is not an administrator's to see.
var ErrNoEnrolment = errors.New("there is no enrolment key of this ID")

// AnyEnrolment shows every enrolment key, to whoever may do everything.
func AnyEnrolment(wire.ListedEnrolment) bool { return true }

// A NewEnrolment is an enrolment key that is to be stored.
type NewEnrolment struct {
	ID   string
	Hash string // under which it is found; it must not give away the key
	wire.Enrolment
	Maker Maker
}

// owner returns whose share of the room o takes; those who may everything have one together.
func (m Maker) owner() string {
	switch {
	case m == Maker{} || m.All:
		return "*"
	case m.Lent != "":
		return "lent/" + m.Lent
	}
	return m.Holder()
}

// AddEnrolment stores o, which must be clean. It returns when the key ends, or ErrFull.
func (r *Registry) AddEnrolment(ctx context.Context, o NewEnrolment) (ends time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	life := time.Duration(o.Seconds) * time.Second
	most, own, computers := maxEnrolments, maxEnrolments, maxEnrolments*wire.MaxComputers
	if owner := o.Maker.owner(); owner != "*" {
		most, own, computers = maxEnrolments/2, ownEnrolments, ownComputers
	}
	args := []any{o.ID, o.Hash, o.Maker.owner(), len(o.Computers), life.Milliseconds(), listEnded.Milliseconds(), most, own, computers}
	at, err := enrolmentMake.Run(ctx, r.client, []string{enrolmentsKey, enrolmentKey(o.Hash)}, append(args, fieldsOf(o)...)...).Text()
	switch {
	case err != nil:
		return time.Time{}, fmt.Errorf("store an enrolment key: %w", err)
	case at == "0":
		return time.Time{}, ErrFull
	}
	if err := r.storeMap(ctx, o, life); err != nil {
		return time.Time{}, errors.Join(fmt.Errorf("store the map of an enrolment key: %w", err), r.EndEnrolment(ctx, o.ID, "", AnyEnrolment))
	}
	made, err := revocation.ParseTime(at)
	return made.Add(life), err
}

// fieldsOf returns the fields and values of o; the scripts say what they are.
func fieldsOf(o NewEnrolment) []any {
	marts := o.Marts()
	shown, _ := json.Marshal(marts[:min(len(marts), listedMarts)]) // it cannot fail
	fields := []any{"uses", o.Uses, "computers", len(o.Computers), "marts", string(shown), "martCount", len(marts)}
	if o.MartID != "" {
		fields = append(fields, "mart", place(o.MartID, o.Name))
	}
	if o.Maker != (Maker{}) {
		maker, _ := json.Marshal(o.Maker)
		fields = append(fields, "maker", string(maker))
	}
	return fields
}

// place returns a mart and its name as the scripts have them.
func place(mart order.MartID, name string) string { return string(mart) + "\n" + name }

// storeMap stores which computer is where. Until it has, nobody has the key.
func (r *Registry) storeMap(ctx context.Context, o NewEnrolment, life time.Duration) error {
	key := enrolmentMapKey(o.Hash)
	pipe := r.client.Pipeline()
	for some := range slices.Chunk(o.Computers, mapAtOnce) {
		var fields []any
		for _, c := range some {
			fields = append(fields, c.Computer, place(c.MartID, c.Name))
		}
		pipe.HSet(ctx, key, fields...)
		pipe.PExpire(ctx, key, life+listEnded)
	}
	_, err := pipe.Exec(ctx)
	return err
}

// EndEnrolment revokes the key of an ID, for ever. by is the holder who does it. It returns ErrNoEnrolment if
// there is none, or may does not show it. The devices that were paired by the key stay.
func (r *Registry) EndEnrolment(ctx context.Context, id, by string, may func(wire.ListedEnrolment) bool) error {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	_, hash, err := r.findEnrolment(ctx, id, may)
	if err != nil {
		return err
	}
	if err := enrolmentEnd.Run(ctx, r.client, []string{enrolmentsKey, enrolmentKey(hash)}, id, by, listEnded.Milliseconds()).Err(); err != nil {
		return fmt.Errorf("revoke an enrolment key: %w", err)
	}
	return nil
}
