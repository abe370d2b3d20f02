package devices

import (
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
	//go:embed enrolmentuse.lua
	enrolmentUseScript string

	enrolmentUse = redis.NewScript(revocation.NowScript + enrolmentUseScript)
)

// enrolAgain is what the script answers to a request that has a device already.
const enrolAgain = "again"

// An Enrolled is what an enrolment key is good for, for one computer.
type Enrolled struct {
	ID     string // of the key
	MartID order.MartID
	Name   string // of the mart, for people
	Maker  Maker
	Device string // that the same request became before; empty: it did not
}

// A RefusedError is why an enrolment key that exists is not good for a computer.
type RefusedError struct {
	ID    string // of the key
	Cause string // wire.EnrolUsedUp, …
}

func (e *RefusedError) Error() string { return "enrolment key " + e.ID + " is refused: " + e.Cause }

// LookEnrolment returns what the key under hash is good for, for whoever asks. It uses up nothing. It returns
// ErrNoOffer if there is no such key, and a *RefusedError if it is not good; that is noted in the list.
//
// A key is refused as a pairing code is: if its maker, or the mart since it was made, was revoked. And it
// is refused to a computer of which a device that it became by this key was revoked: whoever has stolen it
// has the key too.
func (r *Registry) LookEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest) (Enrolled, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	got, made, earlier, err := r.runEnrolment(ctx, hash, "look", asked.Computer, "", asked.Request)
	if err != nil {
		return got, err
	}
	cause, err := r.checkEnrolment(ctx, got, made, earlier)
	if err == nil && cause == "" && asked.MartID != "" && asked.MartID != got.MartID {
		cause = wire.EnrolNoMart
	}
	if err == nil && cause != "" {
		_, _, _, err = r.runEnrolment(ctx, hash, "refuse", asked.Computer, cause, "")
	}
	return got, err
}

// TakeEnrolment uses the key under hash for a device, once. Its errors are those of LookEnrolment, which the
// caller must have asked.
func (r *Registry) TakeEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest, device string) (Enrolled, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	got, _, _, err := r.runEnrolment(ctx, hash, "take", asked.Computer, device, asked.Request)
	if err == nil && got.Name != "" {
		_ = r.client.Set(ctx, nameKey(got.MartID), got.Name, 0).Err() // for people only: the device is paired all the same
	}
	return got, err
}

// runEnrolment runs the script. made is when the key was made, and earlier are the devices that the computer
// became by it.
func (r *Registry) runEnrolment(ctx context.Context, hash string, args ...any) (got Enrolled, made time.Time, earlier []wire.EnrolmentUse, err error) {
	answer, err := enrolmentUse.Run(ctx, r.client, []string{enrolmentKey(hash), enrolmentMapKey(hash)}, args...).StringSlice()
	switch {
	case err != nil:
		return got, made, nil, fmt.Errorf("use an enrolment key: %w", err)
	case len(answer) != 7:
		return got, made, nil, ErrNoOffer
	}
	got.ID = answer[1]
	if state := answer[0]; state != wire.EnrolValid && state != enrolAgain {
		return got, made, nil, &RefusedError{got.ID, state}
	}
	mart, name, _ := strings.Cut(answer[4], "\n")
	got.MartID, got.Name, got.Device = order.MartID(mart), order.Line(name, order.MaxName), answer[6]
	made, err = revocation.ParseTime(answer[2])
	if err == nil && answer[3] != "" {
		err = json.Unmarshal([]byte(answer[3]), &got.Maker)
	}
	if _, wrong := order.ParseMartID(mart); err != nil || wrong != nil {
		r.foreign.Skip("err", redisconn.NotOurs("an enrolment key"))
		return got, made, nil, ErrNoOffer
	}
	return got, made, parseUses("", answer[5]), nil
}

// checkEnrolment returns why a key is void by what is revoked now; "" if it is not.
func (r *Registry) checkEnrolment(ctx context.Context, e Enrolled, made time.Time, earlier []wire.EnrolmentUse) (cause string, err error) {
	wanted := []wire.Revocation{{MartID: e.MartID}, {MartID: wire.AnyMart}}
	for _, u := range earlier {
		wanted = append(wanted, wire.Revocation{Device: u.Device}, wire.Revocation{Device: u.Device, MartID: u.MartID})
	}
	at, err := r.At(ctx, wanted...)
	if err != nil {
		return "", fmt.Errorf("use an enrolment key: %w", err)
	}
	void, err := r.makerVoid(ctx, e.Maker, e.MartID)
	switch {
	case err != nil:
		return "", err
	case void:
		return wire.EnrolMaker, nil
	case made.Before(at[0]), made.Before(at[1]):
		return wire.EnrolMart, nil
	case slices.ContainsFunc(at[2:], func(t time.Time) bool { return !t.IsZero() }):
		return wire.EnrolDevice, nil
	}
	return "", nil
}

// parseUses reads what a computer has become by a key: a line each. What is not ours is left out.
func parseUses(computer, lines string) (uses []wire.EnrolmentUse) {
	for line := range strings.Lines(lines) {
		words := strings.Fields(line)
		if len(words) != 4 {
			continue
		}
		if at, err := revocation.ParseTime(words[0]); err == nil {
			uses = append(uses, wire.EnrolmentUse{Computer: computer, MartID: order.MartID(words[3]), Device: words[1], At: at})
		}
	}
	return uses
}
