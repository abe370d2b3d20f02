package pairing

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/wire"
)

// Enrol serves wire.EnrolPath: it exchanges an enrolment key for the token of a computer. Whatever is wrong with
// the key it answers the same; the log and the list of keys say what it was. Attempts are limited as those with
// codes are, and together with them.
func (h *Handler) Enrol(w http.ResponseWriter, r *http.Request) {
	asked, ok := read(w, r, wire.ParseEnrolRequest)
	if !ok {
		return
	}
	client, hash, ok := h.attempt(w, r, enrolKeyOf(asked.Key))
	if !ok {
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	good, made, text, err := h.useEnrolment(ctx, hash, asked)
	var refused *devices.RefusedError
	switch {
	case errors.As(err, &refused):
		h.tellRefusal(refused, asked)
		h.o.Count(Wrong)
		httperror.Enrol(w)
	case errors.Is(err, devices.ErrNoOffer):
		h.o.Count(Wrong)
		httperror.Enrol(w)
	case err != nil:
		if r.Context().Err() == nil { // else hanging up would make attempts free
			h.attempts.Undo(client...)
		}
		h.fail(w, "enrolling a computer", err)
	default:
		h.forgive(good, client)
		h.welcomeEnrolled(ctx, w, asked, good, made, text)
	}
}

// forgive makes up for an attempt that was right. A key is good many times: it must not clear what its holder
// has guessed besides. An answer that is asked for again stays counted, or he could ask without end.
func (h *Handler) forgive(good devices.Enrolled, client []ratelimit.Group[netip.Prefix]) {
	if good.Device == "" {
		h.attempts.Undo(client...)
	}
}

// useEnrolment makes the token before it uses the key, so that a failure to sign uses up nothing. A request that
// has a device already gets that one again: its answer was lost.
func (h *Handler) useEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest) (good devices.Enrolled, made token.Token, text string, err error) {
	if good, err = h.o.Registry.LookEnrolment(ctx, hash, asked); err != nil {
		return good, made, "", err
	}
	made, text, err = h.newDevice(ctx, cmp.Or(good.Device, newSubject()), asked.Device, good.MartID)
	if err == nil && good.Device == "" {
		_, err = h.o.Registry.TakeEnrolment(ctx, hash, asked, made.Subject)
	}
	if err == nil {
		err = h.enrol(ctx, made, good.Maker.Holder())
	}
	return good, made, text, err
}

func (h *Handler) welcomeEnrolled(ctx context.Context, w http.ResponseWriter, asked wire.EnrolRequest, good devices.Enrolled, made token.Token, text string) {
	h.did(ctx, "enrolled a computer", "mart", good.MartID, "computer", asked.Computer, "device", made.Subject, "enrolment", good.ID, "again", good.Device != "", "key", made.Key, "by", good.Maker.Holder())
	h.o.Count(Enrolled)
	name := good.Name
	if name == "" {
		name, _ = h.o.Registry.MartName(ctx, good.MartID) // for people only
	}
	give(w, wire.Paired{Token: text, Device: made.Subject, MartID: good.MartID, MartName: name, Expires: made.ExpiresAt()}, false, time.Duration(h.life())*time.Second)
}

// tellRefusal logs why a key that exists was refused, once a minute for each: whoever has it could fill the log.
func (h *Handler) tellRefusal(refused *devices.RefusedError, asked wire.EnrolRequest) {
	if _, ok := h.told.Allow(refused.ID); ok {
		h.o.Log.Warn("an enrolment key was refused", "enrolment", refused.ID, "cause", refused.Cause, "computer", asked.Computer)
	}
}
