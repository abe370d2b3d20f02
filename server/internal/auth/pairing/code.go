package pairing

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/argon2"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// What a key costs: 19 MiB in two passes is what OWASP asks of argon2id (Password Storage
// Cheat Sheet). Whoever reads Redis has the 15 minutes of a code to try 2^39 of them.
const (
	keyTime    = 2
	keyMemory  = 19 << 10 // KiB
	keyThreads = 1
	keyLength  = 32
)

// keyOf is the name under which a pairing is offered. The code cannot be read from it.
// The mart is its salt, so that a code is good for its own mart alone.
func keyOf(code string, mart order.MartID) string {
	key := argon2.IDKey([]byte(code), []byte("jumun pairing "+mart), keyTime, keyMemory, keyThreads, keyLength)
	return base64.RawURLEncoding.EncodeToString(key)
}

// newCode is a code that nobody can guess: each letter is as likely as any other.
func newCode() string {
	letters := big.NewInt(int64(len(wire.CodeAlphabet)))
	code := make([]byte, wire.CodeLength)
	for i := range code {
		n, _ := rand.Int(rand.Reader, letters) // rand.Reader never fails
		code[i] = wire.CodeAlphabet[n.Int64()]
	}
	return string(code)
}

// CreateCode offers a pairing under a new code: without a server, for an operator who has
// Redis. now is Redis's time. Its errors wrap order.ErrMalformed if p is, else they are
// those of offer.
func CreateCode(
	ctx context.Context,
	offer func(ctx context.Context, key string, p wire.Pairing, life time.Duration) error,
	p wire.Pairing, now time.Time,
) (wire.PairingCode, error) {
	p, err := checked(p)
	if err != nil {
		return wire.PairingCode{}, err
	}
	code := newCode()
	return offered(ctx, offer, p, code, keyOf(code, p.MartID), now)
}

// Create offers a pairing under a new code. Its errors wrap order.ErrMalformed if p is.
func (h *Handler) Create(ctx context.Context, wanted wire.Pairing) (wire.PairingCode, error) {
	wanted, err := checked(wanted)
	if err != nil {
		return wire.PairingCode{}, err
	}
	code := newCode()
	key, err := h.kdf.key(ctx, code, wanted.MartID)
	if err != nil {
		return wire.PairingCode{}, err
	}
	now, err := h.o.Now(ctx)
	if err != nil {
		return wire.PairingCode{}, fmt.Errorf("asking for the time: %w", err)
	}
	return offered(ctx, h.o.Offer, wanted, code, key, now)
}

func offered(
	ctx context.Context,
	offer func(ctx context.Context, key string, p wire.Pairing, life time.Duration) error,
	p wire.Pairing, code, key string, now time.Time,
) (wire.PairingCode, error) {
	if err := offer(ctx, key, p, wire.CodeLife); err != nil {
		return wire.PairingCode{}, fmt.Errorf("offering a pairing: %w", err)
	}
	return wire.PairingCode{Code: wire.ShowCode(code), MartID: p.MartID, Expires: now.Add(wire.CodeLife).UTC()}, nil
}

// checked is p as it is kept. A code for every mart is refused: that would be a master
// key of eight letters.
func checked(p wire.Pairing) (wire.Pairing, error) {
	if _, err := order.ParseMartID(string(p.MartID)); err != nil {
		return wire.Pairing{}, err
	}
	if p.MartID == wire.AnyMart {
		return wire.Pairing{}, fmt.Errorf("a code is for one mart, not for all: %w", order.ErrMalformed)
	}
	p.Name = order.Line(p.Name, order.MaxName)
	return p, nil
}
