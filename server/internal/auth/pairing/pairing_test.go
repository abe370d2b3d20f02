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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/httperror"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const life = 90 * 24 * time.Hour

var errAway = errors.New("connection refused")

// fakeRedis keeps in memory what Redis would.
type fakeRedis struct {
	mu      sync.Mutex
	kept    map[string]devices.Offer
	links   map[string]string
	redeems int // calls of Redeem and Offered
	devices map[order.MartID][]wire.Device
	revoked []wire.Revocation
	counted map[string]int
	enrolments
	away    bool // Redis cannot be reached
	full    bool // Redis has no room for another device
	keyless bool // Sign fails
	voided  bool // the token of the holder was revoked
	known   bool // and that is known
	again   bool // it was renewed before

	share      revocation.Share
	taken      int  // of what the administrator may revoke
	tooMany    bool // it may revoke no more
	lent       string
	everywhere bool // servers of before void what was revoked at a mart everywhere

	last   time.Time // when the mart was last revoked
	holder wire.Claims
	log    strings.Builder
}

func newFakeRedis() *fakeRedis {
	return &fakeRedis{kept: map[string]devices.Offer{}, links: map[string]string{}, devices: map[order.MartID][]wire.Device{}, counted: map[string]int{}, enrolments: enrolments{added: map[string]devices.NewEnrolment{}}}
}

// do calls f under the lock, unless Redis is away.
func (o *fakeRedis) do(f func()) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.away {
		return errAway
	}
	f()
	return nil
}

func (o *fakeRedis) Offer(_ context.Context, key string, p devices.Offer, life time.Duration) error {
	return o.do(func() {
		if life == wire.CodeLife {
			o.kept[key] = p
		}
	})
}

func (o *fakeRedis) Redeem(ctx context.Context, key string) (devices.Offer, error) {
	p, err := o.Offered(ctx, key)
	_ = o.do(func() { delete(o.kept, key) })
	return p, err
}

func (o *fakeRedis) Offered(ctx context.Context, key string) (p devices.Offer, err error) {
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	there := false
	err = o.do(func() {
		o.redeems++
		p, there = o.kept[key]
	})
	if err == nil && !there {
		err = devices.ErrNoOffer
	}
	return p, err
}

func (o *fakeRedis) OfferLink(_ context.Context, key, sealed string) error {
	return o.do(func() { o.links[key] = sealed })
}

func (o *fakeRedis) TakeLink(_ context.Context, key string) (sealed string, err error) {
	there := false
	err = o.do(func() {
		sealed, there = o.links[key]
		delete(o.links, key)
	})
	if err == nil && !there {
		err = devices.ErrNoOffer
	}
	return sealed, err
}

func (o *fakeRedis) Now(context.Context) (now time.Time, err error) {
	return time.Now(), o.do(func() {})
}

func (o *fakeRedis) Enrol(_ context.Context, d wire.Device) error {
	if o.full {
		return errors.New("OOM")
	}
	return o.do(func() { o.devices[d.MartID] = append(o.devices[d.MartID], d) })
}

func (o *fakeRedis) Devices(_ context.Context, mart order.MartID) (found []wire.Device, err error) {
	err = o.do(func() { found = o.devices[mart] })
	return found, err
}

func (o *fakeRedis) Find(_ context.Context, id string, marts ...order.MartID) (found []wire.Device, err error) {
	err = o.do(func() {
		for mart, list := range o.devices {
			for _, d := range list {
				if d.ID == id && (len(marts) == 0 || slices.Contains(marts, mart)) {
					found = append(found, d)
				}
			}
		}
	})
	return found, err
}

func (o *fakeRedis) Revoke(_ context.Context, list ...wire.Revocation) error {
	return o.do(func() { o.revoked = append(o.revoked, list...) })
}

func (o *fakeRedis) RevokeAt(_ context.Context, holder string, marts []order.MartID, everywhere bool, share revocation.Share) error {
	return o.do(func() {
		for _, mart := range marts {
			o.revoked = append(o.revoked, wire.Revocation{Device: holder, MartID: mart})
		}
		o.everywhere, o.share = everywhere, share
	})
}

func (o *fakeRedis) Undo(_ context.Context, r wire.Revocation) (was bool, err error) {
	err = o.do(func() {
		before := len(o.revoked)
		o.revoked = slices.DeleteFunc(o.revoked, func(each wire.Revocation) bool { return each == r })
		was = len(o.revoked) < before
	})
	return was, err
}

func (o *fakeRedis) Page(_ context.Context, from string) (page []wire.Revocation, next string, err error) {
	if from != "" {
		return nil, "", order.ErrMalformed
	}
	return o.revoked, "7", o.do(func() {})
}

// refresh makes it known that the token of the holder was revoked.
func (o *fakeRedis) refresh(context.Context) error {
	return o.do(func() { o.known = o.voided })
}

func (o *fakeRedis) token(context.Context) token.Token {
	t := token.Token{Claims: o.holder, Key: "k1", Lent: o.lent}
	if o.known {
		t.Marts = nil
	}
	return t
}

func (o *fakeRedis) renew(ctx context.Context, t token.Token, _ int64) (revocation.Renewal, error) {
	err := o.refresh(ctx)
	if err == nil && o.voided {
		err = revocation.ErrVoid
	}
	return revocation.Renewal{IssuedAt: max(time.Now().Unix(), t.IssuedAt+1), Again: o.again}, err
}

// sign makes a token that ReadClaims reads. It has no real signature.
func (o *fakeRedis) sign(c wire.Claims) (text, kid string, err error) {
	if o.keyless {
		return "", "", errors.New("no key signs this")
	}
	payload, err := json.Marshal(c)
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln", "k2", err
}

func (o *fakeRedis) handler() *Handler {
	return New(Options{
		Registry: o, Sign: o.sign, Holder: o.token, Refresh: o.refresh, Renew: o.renew,
		TakeRevocations: func(w http.ResponseWriter, _ *http.Request, n int) bool {
			if o.taken += n; o.tooMany {
				httperror.TooMany(w, time.Second)
			}
			return !o.tooMany
		},
		LastRevoked: func(order.MartID) time.Time { return o.last },
		ClientIP:    func(r *http.Request) netip.Addr { return netip.MustParseAddrPort(r.RemoteAddr).Addr() },
		TokenLife:   life,
		Count:       func(outcome string) { o.mu.Lock(); defer o.mu.Unlock(); o.counted[outcome]++ },
		Audit:       func(context.Context, string, ...any) {},
		Log:         slog.New(slog.NewTextHandler(&o.log, nil)),
	})
}

// code makes a code for a mart.
func code(t *testing.T, p *Handler, mart order.MartID) string {
	t.Helper()
	made, err := CreateCode(t.Context(), p.o.Registry, wire.Pairing{MartID: mart, Name: "강남점"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return made.Code
}

// ask sends a request to a handler and returns the answer.
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
