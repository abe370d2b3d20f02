package pairing

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func device(marts ...order.MartID) wire.Claims {
	return wire.Claims{Subject: "pc-1", Name: "카운터", Role: wire.RoleDevice, Marts: marts, IssuedAt: 1, Expires: 2, Renew: wire.Forever}
}

func withCookie(r *http.Request) {
	r.AddCookie(&http.Cookie{Name: wire.CookieName, Value: "old"})
}

func withBearer(r *http.Request) { r.Header.Set("Authorization", "Bearer old") }

func TestADeviceRenewsItsToken(t *testing.T) {
	tests := []struct {
		name, body, want string // want is the name of the device afterwards
		holder           wire.Claims
	}{
		{"without a body", "", "카운터", device("42")},
		{"without a name", "{}", "카운터", device("42")},
		{"with a new name", `{"device":" 주방\n2 "}`, "주방 2", device("42")},
		{"for two marts", "", "카운터", device("42", "43")},
		{"for all marts", "", "카운터", device(wire.AnyMart)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newFakeRedis()
				o.holder = tt.holder
				got := answerOf(t, ask(o.handler().Renew, "POST", wire.TokenPath, tt.body, withBearer))
				claims, err := wire.ReadClaims(got.Token)
				want := tt.holder
				want.Name, want.IssuedAt, want.Expires = tt.want, time.Now().Unix(), time.Now().Add(life).Unix()
				want.Origin = wire.Origin{Key: "k1", IssuedAt: 1}
				if err != nil || !reflect.DeepEqual(claims, want) || got.Device != "pc-1" || got.Expires.Unix() != want.Expires {
					t.Errorf("got %+v %+v, %v; want %+v", got, claims, err, want)
				}
				for _, mart := range tt.holder.Marts {
					enrolled := wire.Device{ID: "pc-1", Name: tt.want, MartID: mart, PairedAt: time.Unix(1, 0).UTC(), Key: "k2", EndsAt: time.Unix(want.Expires, 0).UTC()}
					if list := o.devices[mart]; len(list) != 1 || list[0] != enrolled {
						t.Errorf("under %s are enrolled %+v", mart, list)
					}
				}
				if len(o.devices) != len(tt.holder.Marts) || o.counted[Renewed] != 1 {
					t.Errorf("enrolled %v, counted %v", o.devices, o.counted)
				}
			})
		})
	}
}

func TestOnlyWhatWasMadeToBeRenewedIs(t *testing.T) {
	const paired = "device-ABCDEFGHIJKLMNOPQRSTUVWXY2"
	now := time.Now()
	tests := []struct {
		name, subject, lent string
		renew               int64
		want                bool
	}{
		{"a paired one", "pc-1", "", wire.Forever, true},
		{"one that may live a while longer", "pc-1", "", now.Unix() + 1, true},
		{"one whose time is over", "pc-1", "", now.Unix(), false},
		{"one that says nothing", "pc-1", "", 0, false},
		{"one that pairing made before it said so", paired, "", 0, true},
		{"one of the command line before it said so", "device-abcdefghijklmnop", "", 0, false},
		{"one that a lent key signed", paired, "shop", 0, false},
		{"one that a lent key signed, and that says so", "pc-1", "shop", wire.Forever, true},
	}
	for _, tt := range tests {
		got, may := renewable(token.Token{Claims: wire.Claims{Subject: tt.subject, Renew: tt.renew}, Lent: tt.lent}, now)
		if may != tt.want || may && got.Renew < tt.renew {
			t.Errorf("%s: %v, until %d", tt.name, may, got.Renew)
		}
	}
}

func TestARenewalLivesNoLongerThanWasGranted(t *testing.T) {
	o := newFakeRedis()
	o.holder = device("42")
	o.holder.Renew = time.Now().Unix() + 100
	w := ask(o.handler().Renew, "POST", wire.TokenPath, "", withBearer)
	claims, err := wire.ReadClaims(answerOf(t, w).Token)
	if err != nil || claims.Expires != o.holder.Renew || claims.Renew != o.holder.Renew {
		t.Errorf("%+v, %v", claims, err)
	}
}

func TestRenewalsAreLoggedAndASecondOneIsToldOf(t *testing.T) {
	for _, again := range []bool{false, true} {
		o := newFakeRedis()
		o.holder, o.again = device("42"), again
		ask(o.handler().Renew, "POST", wire.TokenPath, `{"device":"주방"}`, withBearer)
		log := o.log.String()
		for _, want := range []string{"renewed a token", "device=pc-1", "mart=[42]", "key=k2", "oldKey=k1", "name=주방", "oldName=카운터"} {
			if !strings.Contains(log, want) {
				t.Errorf("again %v: the log lacks %s: %s", again, want, log)
			}
		}
		if strings.Contains(log, "two have the token") != again || o.counted[Again] != map[bool]int{true: 1}[again] {
			t.Errorf("again %v: counted %v, log %s", again, o.counted, log)
		}
	}
}

func TestARenewalByCookieAnswersWithACookie(t *testing.T) {
	o := newFakeRedis()
	o.holder = device("42")
	p := o.handler()
	w := ask(p.Renew, "POST", wire.TokenPath, "", withCookie)
	if answerOf(t, w).Token != "" {
		t.Error("scripts can read the token")
	}
	checkCookie(t, w.Header())
	w = ask(p.Renew, "POST", wire.TokenPath, "", withCookie, withBearer)
	if answerOf(t, w).Token == "" || w.Header().Get("Set-Cookie") != "" {
		t.Error("a request with both must count as one by the header")
	}
}

func TestATokenIsNotRenewed(t *testing.T) {
	tests := []struct {
		name, method, body string
		change             func(*fakeRedis)
		status             int
		want               string
	}{
		{"another method", "GET", "", func(*fakeRedis) {}, 405, wire.ProblemMethod},
		{"not JSON", "POST", "device=x", func(*fakeRedis) {}, 400, wire.ProblemMalformed},
		{"a body too long", "POST", strings.Repeat(" ", wire.MaxPairing+1), func(*fakeRedis) {}, 413, wire.ProblemTooLarge},
		{"a publisher", "POST", "", func(o *fakeRedis) { o.holder.Role = wire.RolePublisher }, 403, wire.ProblemForbidden},
		{"one that was not made to be", "POST", "", func(o *fakeRedis) { o.holder.Renew = 0 }, 403, "not made to be renewed"},
		{"no claims", "POST", "", func(o *fakeRedis) { o.holder = wire.Claims{} }, 403, wire.ProblemForbidden},
		{"a token that was revoked just now", "POST", "", func(o *fakeRedis) { o.voided = true }, 401, wire.ProblemRevoked},
		{"no Redis", "POST", "", func(o *fakeRedis) { o.away = true }, 503, wire.ProblemNotReady},
		{"no key that signs", "POST", "", func(o *fakeRedis) { o.keyless = true }, 503, wire.ProblemNotReady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			o.holder = device("42")
			tt.change(o)
			w := ask(o.handler().Renew, tt.method, wire.TokenPath, tt.body, withBearer)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if len(o.devices) != 0 || o.counted[Renewed] != 0 {
				t.Errorf("enrolled %v, counted %v", o.devices, o.counted)
			}
		})
	}
}

func TestADevicePairedAfterARevocationInTheSameSecondIsIssuedInTheNext(t *testing.T) {
	second := time.Unix(1_800_000_000, 0)
	tests := []struct {
		name          string
		revoked, want time.Time
	}{
		{"never revoked", time.Time{}, second},
		{"revoked a moment before", second.Add(100 * time.Millisecond), second.Add(time.Second)},
		{"revoked a moment after", second.Add(900 * time.Millisecond), second},
		{"revoked the second before", second.Add(-time.Millisecond), second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := (&fakeRedis{last: tt.revoked}).handler()
			if got := p.afterRevocation(second.Add(500*time.Millisecond), "42").Truncate(time.Second); !got.Equal(tt.want) {
				t.Errorf("issued at %v, want %v", got, tt.want)
			}
		})
	}
}
