package pairing

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func device(marts ...order.MartID) wire.Claims {
	return wire.Claims{Subject: "pc-1", Name: "카운터", Role: wire.RoleDevice, Marts: marts, IssuedAt: 1, Expires: 2}
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
				if err != nil || !reflect.DeepEqual(claims, want) || got.Device != "pc-1" || got.Expires.Unix() != want.Expires {
					t.Errorf("got %+v %+v, %v; want %+v", got, claims, err, want)
				}
				for _, mart := range tt.holder.Marts {
					enrolled := wire.Device{ID: "pc-1", Name: tt.want, MartID: mart, PairedAt: time.Unix(want.IssuedAt, 0).UTC()}
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

func TestARenewedTokenIsNotOlderThanTheOldOne(t *testing.T) {
	o := newFakeRedis()
	o.holder = device("42")
	o.holder.IssuedAt = time.Now().Add(30 * time.Second).Unix() // Redis's clock was set back since
	claims, err := wire.ReadClaims(answerOf(t, ask(o.handler().Renew, "POST", wire.TokenPath, "", withBearer)).Token)
	if err != nil || claims.IssuedAt != o.holder.IssuedAt || claims.Expires-claims.IssuedAt != int64(life/time.Second) {
		t.Errorf("%+v, %v", claims, err)
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
