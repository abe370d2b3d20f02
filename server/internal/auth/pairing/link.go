package pairing

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// MakeLink serves wire.LinksPath: it makes a code that signs a browser in once as the administrator who asks.
func (h *Handler) MakeLink(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		httperror.Method(w, http.MethodPost)
		return
	}
	ctx, cancel := withRedisTimeout(r)
	defer cancel()
	by, ok := h.admin(ctx, w)
	if !ok {
		return
	}
	_, text, err := h.newSession(ctx, by)
	var link wire.AdminLink
	if err == nil {
		link, err = CreateLink(ctx, h.o.Registry, text, time.Now())
	}
	if err != nil {
		h.unavailable(w, "making a link to the console", err)
		return
	}
	h.did(ctx, "made a link to the console", "by", by.Holder())
	answer(w, http.StatusCreated, link)
}

// CreateLink stores an administrator's token for whoever opens the link. Redis gets it encrypted by the code: who reads there
// signs in as nobody. now is the time by the clock of whoever reads Expires.
func CreateLink(ctx context.Context, store linkOfferer, token string, now time.Time) (wire.AdminLink, error) {
	code := newLetters(wire.EnrolKeyLength) // 123 bits: no key needs to be slow
	sealed := linkCipher(code).Seal(nil, nil, []byte(token), nil)
	if err := store.OfferLink(ctx, linkName(code), base64.RawStdEncoding.EncodeToString(sealed)); err != nil {
		return wire.AdminLink{}, err
	}
	return wire.AdminLink{Code: wire.ShowEnrolKey(code), Expires: now.Add(wire.LinkLife).UTC()}, nil
}

// OpenLink serves wire.OpenLinkPath: it calls next with the token for which the code of a link is good. Attempts are limited
// together with those to guess codes.
func (h *Handler) OpenLink(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		code, ok := read(w, r, parseLinkCode)
		if !ok {
			return
		}
		client := groupsOf(h.o.ClientIP(r))
		if wait, _ := h.attempts.Begin(time.Now(), client...); wait > 0 {
			h.throttled(w, wait)
			return
		}
		token, err := h.openLink(r.Context(), code)
		switch {
		case errors.Is(err, devices.ErrNoOffer):
			h.o.Count(Wrong)
			httperror.Link(w)
		case err != nil:
			h.attempts.Undo(client...)
			h.fail(w, "opening a link to the console", err)
		default:
			h.attempts.Undo(client...)
			r.Header.Set("Authorization", "Bearer "+token)
			next.ServeHTTP(w, r)
		}
	})
}

func (h *Handler) openLink(ctx context.Context, code string) (token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	stored, err := h.o.Registry.TakeLink(ctx, linkName(code))
	if err != nil {
		return "", err
	}
	sealed, err := base64.RawStdEncoding.DecodeString(stored)
	if err != nil {
		return "", devices.ErrNoOffer
	}
	opened, err := linkCipher(code).Open(nil, nil, sealed, nil)
	if err != nil {
		return "", devices.ErrNoOffer
	}
	return string(opened), nil
}

// parseLinkCode reads the body of a request with the code of a link. A malformed code is the one of no link.
func parseLinkCode(body []byte) (string, error) {
	var in wire.LinkCode
	if json.Unmarshal(body, &in) != nil {
		return "", fmt.Errorf(`the body is not {"code"}: %w`, order.ErrMalformed)
	}
	code, _ := wire.ParseEnrolKey(in.Code)
	return code, nil
}

// linkName is under what a link is stored.
func linkName(code string) string {
	sum := sha256.Sum256([]byte("jumun link name " + code))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func linkCipher(code string) cipher.AEAD {
	key := sha256.Sum256([]byte("jumun link key " + code))
	block, _ := aes.NewCipher(key[:]) // fails for other lengths only
	aead, _ := cipher.NewGCMWithRandomNonce(block)
	return aead
}
