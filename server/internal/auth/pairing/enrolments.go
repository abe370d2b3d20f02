package pairing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// enrolmentIDLength is how many letters the ID of an enrolment key has behind "enrol-": enough that no two are
// the same, and few enough to be typed.
const enrolmentIDLength = 8

// Enrolments serves wire.EnrolmentsPath: GET lists the enrolment keys, POST makes one.
func (h *Handler) Enrolments(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		h.listEnrolments(w, r)
		return
	}
	wanted, ok := readUpTo(w, r, wire.MaxEnrolment, parseEnrolment)
	if !ok {
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	if slices.ContainsFunc(wanted.Marts(), func(mart order.MartID) bool { return !by.For(mart) }) {
		httperror.Forbidden(w, wire.RoleAdmin)
		return
	}
	switch key, err := createEnrolment(ctx, &h.kdf, h.o.Registry, wanted, devices.MakerOf(by)); {
	case errors.Is(err, devices.ErrFull):
		httperror.FullEnrolments(w)
	case errors.Is(err, errFull):
		httperror.TooMany(w, time.Second)
	case err != nil:
		h.unavailable(w, "making an enrolment key", err)
	default:
		h.did(ctx, "made an enrolment key", "enrolment", key.ID, "mart", wanted.MartID, "computers", len(wanted.Computers), "uses", wanted.Uses, "expires", key.Expires, "by", by.Holder())
		answer(w, http.StatusCreated, key)
	}
}

func parseEnrolment(body []byte) (wire.Enrolment, error) {
	var wanted wire.Enrolment
	if json.Unmarshal(body, &wanted) != nil {
		return wanted, fmt.Errorf(`the body is not {"martId" or "computers","uses","seconds"}: %w`, order.ErrMalformed)
	}
	return wanted.Clean()
}

// CreateEnrolment makes an enrolment key without a server, for an operator who has access to Redis. Its errors
// wrap order.ErrMalformed if wanted is malformed; all others come from store.
func CreateEnrolment(ctx context.Context, store enrolmentAdder, wanted wire.Enrolment) (wire.EnrolmentKey, error) {
	wanted, err := wanted.Clean()
	if err != nil {
		return wire.EnrolmentKey{}, err
	}
	return createEnrolment(ctx, new(kdfLimiter), store, wanted, devices.Maker{})
}

func createEnrolment(ctx context.Context, kdf *kdfLimiter, store enrolmentAdder, wanted wire.Enrolment, by devices.Maker) (wire.EnrolmentKey, error) {
	letters, id := newLetters(wire.EnrolKeyLength), "enrol-"+newLetters(enrolmentIDLength)
	hash, err := kdf.hash(ctx, 0, enrolKeyOf(letters))
	if err != nil {
		return wire.EnrolmentKey{}, err
	}
	ends, err := store.AddEnrolment(ctx, devices.NewEnrolment{ID: id, Hash: hash, Enrolment: wanted, Maker: by})
	return wire.EnrolmentKey{Key: wire.ShowEnrolKey(letters), ID: id, Expires: ends}, err
}

// maySee returns which enrolment keys an administrator may see and revoke: those that it made, and those for
// one mart that is its own.
func maySee(by token.Token) func(wire.ListedEnrolment) bool {
	return func(e wire.ListedEnrolment) bool {
		return by.For(wire.AnyMart) || e.MadeBy == by.Holder() || len(e.Marts) == 1 && by.For(e.Marts[0])
	}
}

// listEnrolments answers all enrolment keys that an administrator may see, or the one that it asks for.
func (h *Handler) listEnrolments(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	var list []wire.ListedEnrolment
	var err error
	if id := r.URL.Query().Get(wire.IDParam); id != "" {
		var one wire.ListedEnrolment
		one, err = h.o.Registry.FindEnrolment(ctx, id, maySee(by))
		list = []wire.ListedEnrolment{one}
	} else {
		list, err = h.o.Registry.Enrolments(ctx, maySee(by))
	}
	switch {
	case errors.Is(err, devices.ErrNoEnrolment):
		httperror.NoEnrolment(w)
	case err != nil:
		h.unavailable(w, "listing the enrolment keys", err)
	default:
		answer(w, http.StatusOK, wire.Enrolments{Enrolments: list})
	}
}

// EndEnrolment serves wire.EndEnrolment: it revokes an enrolment key. Revoking it again is no error.
func (h *Handler) EndEnrolment(w http.ResponseWriter, r *http.Request) {
	wanted, ok := read(w, r, parseEnrolmentID)
	if !ok {
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	switch err := h.o.Registry.EndEnrolment(ctx, wanted.ID, by.Holder(), maySee(by)); {
	case errors.Is(err, devices.ErrNoEnrolment):
		httperror.NoEnrolment(w)
	case err != nil:
		h.unavailable(w, "revoking an enrolment key", err)
	default:
		h.did(ctx, "revoked an enrolment key", "enrolment", wanted.ID, "by", by.Holder())
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
	}
}

func parseEnrolmentID(body []byte) (wire.EnrolmentID, error) {
	var wanted wire.EnrolmentID
	if json.Unmarshal(body, &wanted) != nil || wanted.ID == "" {
		return wanted, fmt.Errorf(`the body is not {"id"}: %w`, order.ErrMalformed)
	}
	return wanted, nil
}
