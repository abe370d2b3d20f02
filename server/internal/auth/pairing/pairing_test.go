package pairing

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const life = 90 * 24 * time.Hour

var errLost = errors.New("connection refused")

// offers are what Redis keeps, in memory: its edge.
type offers struct {
	mu      sync.Mutex
	kept    map[string]wire.Pairing
	asked   int // how often it was asked to redeem
	devices map[order.MartID][]wire.Device
	revoked []wire.Revocation
	counted map[string]int

	lost    bool      // Redis cannot be reached
	keyless bool      // Sign fails
	void    bool      // the holder's token was revoked
	last    time.Time // when the mart was last revoked
	holder  wire.Claims
	log     strings.Builder
}

func newOffers() *offers {
	return &offers{kept: map[string]wire.Pairing{}, devices: map[order.MartID][]wire.Device{}, counted: map[string]int{}}
}

// do does something under the lock, unless Redis is lost.
func (o *offers) do(what func()) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.lost {
		return errLost
	}
	what()
	return nil
}

func (o *offers) offer(_ context.Context, key string, p wire.Pairing, life time.Duration) error {
	return o.do(func() {
		if life == wire.CodeLife {
			o.kept[key] = p
		}
	})
}

func (o *offers) redeem(_ context.Context, key string) (p wire.Pairing, now time.Time, err error) {
	there := false
	err = o.do(func() {
		o.asked++
		p, there = o.kept[key]
		delete(o.kept, key)
	})
	if err == nil && !there {
		err = ErrNoOffer
	}
	return p, time.Now(), err
}

func (o *offers) now(context.Context) (now time.Time, err error) {
	return time.Now(), o.do(func() {})
}

func (o *offers) enrol(_ context.Context, d wire.Device) error {
	return o.do(func() { o.devices[d.MartID] = append(o.devices[d.MartID], d) })
}

func (o *offers) list(_ context.Context, mart order.MartID) (found []wire.Device, err error) {
	err = o.do(func() { found = o.devices[mart] })
	return found, err
}

func (o *offers) revoke(_ context.Context, r wire.Revocation) error {
	return o.do(func() { o.revoked = append(o.revoked, r) })
}

func (o *offers) whole(context.Context) (whole bool, err error) {
	err = o.do(func() { whole = !o.void })
	return whole, err
}

func (o *offers) stands(ctx context.Context, _ order.MartID) (bool, error) { return o.whole(ctx) }

// sign makes what ReadClaims reads; nobody checks it here.
func (o *offers) sign(c wire.Claims) (string, error) {
	if o.keyless {
		return "", errors.New("no key signs this")
	}
	payload, err := json.Marshal(c)
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln", err
}

func (o *offers) pairings() *Handler {
	return New(Options{
		Sign: o.sign, Offer: o.offer, Redeem: o.redeem, Now: o.now, Enrol: o.enrol, Devices: o.list, Revoke: o.revoke,
		Holder: func(context.Context) wire.Claims { return o.holder }, Stands: o.stands, Whole: o.whole,
		LastRevoked: func(order.MartID) time.Time { return o.last },
		Address:     func(r *http.Request) netip.Addr { return netip.MustParseAddrPort(r.RemoteAddr).Addr() },
		Life:        life,
		Count:       func(outcome string) { o.mu.Lock(); defer o.mu.Unlock(); o.counted[outcome]++ },
		Log:         slog.New(slog.NewTextHandler(&o.log, nil)),
	})
}

// code has a code made for a mart.
func code(t *testing.T, p *Handler, mart order.MartID) string {
	t.Helper()
	made, err := p.Create(t.Context(), wire.Pairing{MartID: mart, Name: "강남점"})
	if err != nil {
		t.Fatal(err)
	}
	return made.Code
}

// ask sends a request to a handler, and returns its answer.
func ask(handler http.HandlerFunc, method, path, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	handler(w, r)
	return w
}

func from(address string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 1).String() }
}

func request(mart, code, device string) string {
	body, _ := json.Marshal(map[string]string{"martId": mart, "code": code, "device": device})
	return string(body)
}

// answerOf reads the answer to a pairing or a renewal.
func answerOf(t *testing.T, w *httptest.ResponseRecorder) wire.Paired {
	t.Helper()
	var p wire.Paired
	if err := json.Unmarshal(w.Body.Bytes(), &p); w.Code != http.StatusOK || err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return p
}
