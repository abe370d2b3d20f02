package pairing

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/auth/ratelimit"
	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// enrolments are the enrolment keys of a fakeRedis.
type enrolments struct {
	added   map[string]devices.NewEnrolment // by hash
	cause   string                          // for which the next ones are refused
	crowded bool                            // there is no room for another key
	looks   int                             // calls of LookEnrolment
	usedBy  []string                        // the devices
	before  string                          // the device that a request has already
	ended   []string                        // the IDs that were revoked
}

func (o *fakeRedis) AddEnrolment(_ context.Context, n devices.NewEnrolment) (ends time.Time, err error) {
	if o.crowded {
		return ends, devices.ErrFull
	}
	return time.Now().Add(time.Duration(n.Seconds) * time.Second), o.do(func() { o.added[n.Hash] = n })
}

func (o *fakeRedis) LookEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest) (got devices.Enrolled, err error) {
	if ctx.Err() != nil {
		return got, ctx.Err()
	}
	away := o.do(func() {
		o.looks++
		n, ok := o.added[hash]
		switch {
		case !ok:
			err = devices.ErrNoOffer
		case o.cause != "":
			err = &devices.RefusedError{ID: n.ID, Cause: o.cause}
		default:
			got = devices.Enrolled{ID: n.ID, MartID: n.MartID, Name: n.Name, Maker: n.Maker, Device: o.before}
		}
	})
	return got, errors.Join(away, err)
}

func (o *fakeRedis) TakeEnrolment(ctx context.Context, hash string, asked wire.EnrolRequest, device string) (devices.Enrolled, error) {
	got, err := o.LookEnrolment(ctx, hash, asked)
	_ = o.do(func() { o.usedBy = append(o.usedBy, device) })
	return got, err
}

func (o *fakeRedis) Enrolments(_ context.Context, may func(wire.ListedEnrolment) bool) ([]wire.ListedEnrolment, error) {
	list := []wire.ListedEnrolment{}
	err := o.do(func() {
		for _, n := range o.added {
			if e := (wire.ListedEnrolment{ID: n.ID, Marts: n.Marts(), MartCount: len(n.Marts()), MadeBy: n.Maker.Holder()}); may(e) {
				list = append(list, e)
			}
		}
	})
	return list, err
}

func (o *fakeRedis) FindEnrolment(ctx context.Context, id string, may func(wire.ListedEnrolment) bool) (found wire.ListedEnrolment, err error) {
	list, err := o.Enrolments(ctx, may)
	if i := slices.IndexFunc(list, func(e wire.ListedEnrolment) bool { return e.ID == id }); i >= 0 {
		return list[i], nil
	}
	return found, errors.Join(err, devices.ErrNoEnrolment)
}

func (o *fakeRedis) EndEnrolment(ctx context.Context, id, _ string, may func(wire.ListedEnrolment) bool) error {
	_, err := o.FindEnrolment(ctx, id, may)
	if err == nil {
		o.ended = append(o.ended, id)
	}
	return err
}

func (o *fakeRedis) MartName(context.Context, order.MartID) (string, error) { return "", nil }

// enrolKey makes an enrolment key for mart 42.
func enrolKey(t *testing.T, o *fakeRedis) string {
	t.Helper()
	made, err := CreateEnrolment(t.Context(), o, wire.Enrolment{MartID: "42", Name: "강남점", Uses: 3, Seconds: 60})
	if err != nil {
		t.Fatal(err)
	}
	return made.Key
}

func enrolRequest(key, computer string) string {
	body, _ := json.Marshal(wire.EnrolRequest{Key: key, Computer: computer, Device: "카운터"})
	return string(body)
}

func TestAnEnrolmentKeyPairsAComputer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		p := o.handler()
		key := enrolKey(t, o)
		got := answerOf(t, ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(strings.ToLower(key), "POS-1.shop.example")))
		if got.MartID != "42" || got.MartName != "강남점" || !slices.Equal(o.usedBy, []string{got.Device}) || !got.Expires.Equal(time.Now().Add(life)) {
			t.Errorf("%+v, taken %v", got, o.usedBy)
		}
		if d := o.devices["42"]; len(d) != 1 || d[0].ID != got.Device || d[0].Name != "카운터" {
			t.Errorf("listed %+v", d)
		}
		if log := o.log.String(); strings.Contains(log, key) || strings.Contains(log, strings.ReplaceAll(key, "-", "")) || !strings.Contains(log, "computer=pos-1 ") {
			t.Errorf("the log: %s", log)
		}
		for hash := range o.added {
			if strings.Contains(hash, key[:5]) || len(hash) != 43 {
				t.Errorf("stored under %s", hash)
			}
		}
		o.before = got.Device // the same request: its answer was lost
		if again := answerOf(t, ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "POS-1"))); again.Device != got.Device || len(o.usedBy) != 1 {
			t.Errorf("again: %+v, taken %v", again, o.usedBy)
		}
		if o.counted[Enrolled] != 2 {
			t.Errorf("counted %v", o.counted)
		}
	})
}

// The answer does not show what is wrong with a key; the log does.
func TestEveryEnrolmentKeyThatIsNotGoodGetsTheSameAnswer(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	key := enrolKey(t, o)
	answers := map[string]bool{}
	i := 0
	try := func(cause, key string) {
		i++
		o.cause = cause
		w := ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "pos"), from(netip.AddrFrom4([4]byte{10, 0, byte(i), 1}).String()))
		answers[w.Body.String()+w.Header().Get("Content-Type")] = true
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), wire.ProblemEnrol) || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", cause, w.Code, w.Body)
		}
	}
	try("", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")
	try("", "not a key")
	try("", "ABCD-EFGH")
	for _, cause := range []string{wire.EnrolUsedUp, wire.EnrolEnded, wire.EnrolRevoked, wire.EnrolMaker, wire.EnrolMart, wire.EnrolDevice, wire.EnrolNoMart, wire.EnrolComputer} {
		p.told = ratelimit.NewLimiter[string](1, 1, maxTold) // each is told once a minute
		try(cause, key)
		if !strings.Contains(o.log.String(), "cause="+cause+" computer=pos") {
			t.Errorf("%s is not in the log: %s", cause, o.log.String())
		}
	}
	if len(answers) != 1 || o.counted[Wrong] != i || len(o.usedBy) > 0 {
		t.Errorf("%d answers, counted %v, taken %v", len(answers), o.counted, o.usedBy)
	}
	if w := ask(p.Enrol, "GET", wire.EnrolPath, ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", w.Code)
	}
}

func TestGuessingCodesAndEnrolmentKeysIsLimitedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newFakeRedis()
		p := o.handler()
		good, key := code(t, p, "42"), enrolKey(t, o)
		for i := range ownBackoff.Free {
			handler, body := p.Enrol, enrolRequest("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "pos")
			if i%2 == 0 {
				handler, body = p.Pair, request("42", "ABCD-EFGH", "x")
			}
			if w := ask(handler, "POST", wire.EnrolPath, body); w.Code != http.StatusForbidden {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		checkTooMany(t, ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "pos")))
		checkTooMany(t, ask(p.Pair, "POST", wire.PairPath, request("42", good, "x")))
		time.Sleep(time.Second)
		answerOf(t, ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "pos")))
		// A key is good many times: it clears nothing.
		checkTooMany(t, ask(p.Pair, "POST", wire.PairPath, request("42", good, "x")))
	})
}

func TestWhoAsksForAnAnswerAgainAndAgainIsHeldUp(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	key := enrolKey(t, o)
	o.before = "device-1"
	for range ownBackoff.Free {
		answerOf(t, ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "pos")))
	}
	checkTooMany(t, ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "pos")))
}

func TestWhatTheServerCannotDoUsesUpNoEnrolmentKey(t *testing.T) {
	for name, change := range map[string]func(*fakeRedis){
		"no Redis": func(o *fakeRedis) { o.away = true }, "no key that signs": func(o *fakeRedis) { o.keyless = true }, "no room": func(o *fakeRedis) { o.full = true },
	} {
		o := newFakeRedis()
		p := o.handler()
		key := enrolKey(t, o)
		change(o)
		for range ownBackoff.Free + 1 { // it costs no attempt
			if w := ask(p.Enrol, "POST", wire.EnrolPath, enrolRequest(key, "pos")); w.Code != http.StatusServiceUnavailable {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		if (len(o.usedBy) > 0) != (name == "no room") || o.counted[Failed] != ownBackoff.Free+1 {
			t.Errorf("%s: taken %v, counted %v", name, o.usedBy, o.counted)
		}
	}
}

func TestAnEnrolmentKeyIsNotMade(t *testing.T) {
	tests := []struct {
		name, body string
		holder     wire.Claims
		change     func(*fakeRedis)
		status     int
		want       string
	}{
		{"an empty body", "", admin("*"), nil, 400, wire.ProblemMalformed},
		{"neither mart nor computers", `{"uses":1,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"both", `{"martId":"42","computers":[{"computer":"a","martId":"42"}],"uses":1,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"all marts", `{"martId":"*","uses":1,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"all marts in a map", `{"computers":[{"computer":"a","martId":"*"}],"uses":1,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"a computer twice", `{"computers":[{"computer":"a","martId":"42"},{"computer":"A.shop","martId":"43"}],"uses":1,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"no use", `{"martId":"42","uses":0,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"too many uses", `{"martId":"42","uses":1001,"seconds":60}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"for ever", `{"martId":"42","uses":1,"seconds":99999999999}`, admin("*"), nil, 400, wire.ProblemMalformed},
		{"a body too long", strings.Repeat(" ", wire.MaxEnrolment+1), admin("*"), nil, 413, wire.ProblemTooLarge},
		{"the mart of another admin", `{"martId":"43","uses":1,"seconds":60}`, admin("42"), nil, 403, wire.ProblemForbidden},
		{"one computer of another's mart", `{"computers":[{"computer":"a","martId":"42"},{"computer":"b","martId":"43"}],"uses":1,"seconds":60}`, admin("42"), nil, 403, wire.ProblemForbidden},
		{"a device", `{"martId":"42","uses":1,"seconds":60}`, device("42"), nil, 403, wire.ProblemForbidden},
		{"a publisher", `{"martId":"42","uses":1,"seconds":60}`, publisher("*"), nil, 403, wire.ProblemForbidden},
		{"a token that was revoked just now", `{"martId":"42","uses":1,"seconds":60}`, admin("42"), func(o *fakeRedis) { o.voided = true }, 401, wire.ProblemRevoked},
		{"no room", `{"martId":"42","uses":1,"seconds":60}`, admin("42"), func(o *fakeRedis) { o.crowded = true }, 507, wire.ProblemFull},
		{"no Redis", `{"martId":"42","uses":1,"seconds":60}`, admin("42"), func(o *fakeRedis) { o.away = true }, 503, wire.ProblemNotReady},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := newFakeRedis()
			if o.holder = tt.holder; tt.change != nil {
				tt.change(o)
			}
			w := ask(o.handler().Enrolments, "POST", wire.EnrolmentsPath, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) || len(o.added) != 0 {
				t.Errorf("%d %s, added %v", w.Code, w.Body, o.added)
			}
		})
	}
}

func TestAnAdminSeesAndRevokesTheEnrolmentKeysOfItsMartsAndItsOwn(t *testing.T) {
	o := newFakeRedis()
	p := o.handler()
	make := func(holder wire.Claims, body string) (key wire.EnrolmentKey) {
		o.holder = holder
		w := ask(p.Enrolments, "POST", wire.EnrolmentsPath, body)
		if err := json.Unmarshal(w.Body.Bytes(), &key); err != nil || w.Code != http.StatusCreated || strings.Contains(o.log.String(), key.Key) {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return key
	}
	head, manager := admin("*"), admin("42", "44")
	manager.Subject = "manager"
	both := `{"computers":[{"computer":"a","martId":"42"},{"computer":"b","martId":"44"}],"uses":1,"seconds":60}`
	keys := map[string]string{
		"of 42, by the head office":   make(head, `{"martId":"42","uses":1,"seconds":60}`).ID,
		"of 43, by the head office":   make(head, `{"martId":"43","uses":1,"seconds":60}`).ID,
		"of both, by the head office": make(head, both).ID,
		"of both, by the manager":     make(manager, both).ID,
	}
	for _, tt := range []struct {
		holder wire.Claims
		sees   []string
	}{
		{head, []string{"of 42, by the head office", "of 43, by the head office", "of both, by the head office", "of both, by the manager"}},
		{manager, []string{"of 42, by the head office", "of both, by the manager"}},
		{admin("45"), nil},
	} {
		o.holder = tt.holder
		if tt.sees == nil {
			o.holder.Subject = "somebody"
		}
		all := ask(p.Enrolments, "GET", wire.EnrolmentsPath, "").Body.String()
		for name, id := range keys {
			sees := slices.Contains(tt.sees, name)
			one := ask(p.Enrolments, "GET", wire.EnrolmentsPath+"?id="+id, "")
			ends := ask(p.EndEnrolment, "POST", wire.EndEnrolment, `{"id":"`+id+`"}`)
			if strings.Contains(all, id) != sees || (one.Code == 200) != sees || (ends.Code == 204) != sees || !sees && ends.Code != 404 {
				t.Errorf("%v and the key %s: %s, %d, %d", o.holder, name, all, one.Code, ends.Code)
			}
		}
	}
	o.holder = device("42")
	for _, w := range []int{ask(p.Enrolments, "GET", wire.EnrolmentsPath, "").Code, ask(p.EndEnrolment, "POST", wire.EndEnrolment, `{"id":"x"}`).Code} {
		if w != http.StatusForbidden {
			t.Errorf("a device: %d", w)
		}
	}
}
