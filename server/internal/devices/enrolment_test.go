package devices

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// forMart is a key for two uses at mart 42.
func forMart(id string) NewEnrolment {
	return NewEnrolment{ID: id, Hash: "hash-of-" + id, Enrolment: wire.Enrolment{MartID: "42", Name: "강남점", Uses: 2, Seconds: 3600}}
}

// forMap is a key for one use by each of two computers.
func forMap(id string) NewEnrolment {
	return NewEnrolment{ID: id, Hash: "hash-of-" + id, Enrolment: wire.Enrolment{Uses: 1, Seconds: 3600, Computers: []wire.Computer{
		{Computer: "pos-42", MartID: "42"}, {Computer: "pos 43", MartID: "43", Name: "역삼점"},
	}}}
}

func add(t *testing.T, r *Registry, o NewEnrolment) {
	t.Helper()
	ends, err := r.AddEnrolment(t.Context(), o)
	if left := ends.Sub(r.now(t)); err != nil || left > time.Duration(o.Seconds)*time.Second || left < 0 {
		t.Fatalf("it ends in %v, %v", left, err)
	}
}

// use looks at a key and takes it, as a server does, and returns the mart, or why not.
func (r *Registry) use(ctx context.Context, hash, computer, device string) string {
	asked := wire.EnrolRequest{Computer: computer}
	got, err := r.LookEnrolment(ctx, hash, asked)
	if err == nil {
		got, err = r.TakeEnrolment(ctx, hash, asked, device)
	}
	var refused *RefusedError
	switch {
	case errors.As(err, &refused):
		return refused.Cause
	case err != nil:
		return err.Error()
	}
	return string(got.MartID)
}

func (r *Registry) listed(t *testing.T, id string) wire.ListedEnrolment {
	t.Helper()
	e, err := r.FindEnrolment(t.Context(), id, AnyEnrolment)
	must(t, err)
	return e
}

func TestAnEnrolmentKeyIsGoodAsOftenAsItSays(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		add(t, r, forMart("one"))
		add(t, r, forMap("many"))
		for _, tt := range []struct{ key, computer, want string }{
			{"one", "pos-1", "42"}, {"one", "pos-1", "42"}, {"one", "pos-2", wire.EnrolUsedUp},
			{"many", "pos-42", "42"}, {"many", "pos-42", wire.EnrolUsedUp}, {"many", "pos 43", "43"}, {"many", "pos-44", wire.EnrolComputer},
			{"none", "pos-1", ErrNoOffer.Error()},
		} {
			if got := r.use(t.Context(), "hash-of-"+tt.key, tt.computer, "device-of-"+tt.key); got != tt.want {
				t.Errorf("%s by %s: %s, want %s", tt.key, tt.computer, got, tt.want)
			}
		}
		one, many := r.listed(t, "one"), r.listed(t, "many")
		if one.State != wire.EnrolUsedUp || one.Used != 2 || one.Refused != 1 || one.LastCause != wire.EnrolUsedUp || one.LastName != "pos-2" || len(one.By) != 2 {
			t.Errorf("the key of the mart: %+v", one)
		}
		if many.State != wire.EnrolUsedUp || many.Refused != 2 || many.LastCause != wire.EnrolComputer || many.Computers != 2 || many.MartCount != 2 || !slices.Equal(many.Marts, []order.MartID{"42", "43"}) {
			t.Errorf("the key of the map: %+v", many)
		}
		if !slices.ContainsFunc(many.By, func(u wire.EnrolmentUse) bool {
			return u.Computer == "pos 43" && u.MartID == "43" && u.Device == "device-of-many" && !u.At.IsZero()
		}) {
			t.Errorf("used by %+v", many.By)
		}
		if name, err := r.MartName(t.Context(), "43"); err != nil || name != "역삼점" {
			t.Errorf("mart 43 is called %q, %v", name, err)
		}
	})
}

func TestOfManyComputersAtTheSameTimeAsManyAreEnrolledAsTheKeyIsGoodFor(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		o := forMart("one")
		o.Uses = 7
		add(t, r, o)
		var enrolled, late atomic.Int64
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				switch got := r.use(t.Context(), o.Hash, fmt.Sprint("pos-", i%5), fmt.Sprint("device-", i)); got {
				case "42":
					enrolled.Add(1)
				case wire.EnrolUsedUp:
					late.Add(1)
				default:
					t.Error(got)
				}
			})
		}
		wg.Wait()
		if enrolled.Load() != 7 || late.Load() != 23 || r.listed(t, "one").Used != 7 {
			t.Errorf("%d enrolled, %d late", enrolled.Load(), late.Load())
		}
	})
}

func TestTheSameRequestAgainIsNoFurtherUse(t *testing.T) {
	onEach(t, func(t *testing.T, r *Registry) {
		o := forMart("one")
		o.Uses = 1
		add(t, r, o)
		asked := wire.EnrolRequest{Computer: "pos", Request: "abc"}
		_, err := r.TakeEnrolment(t.Context(), o.Hash, asked, "device-1")
		must(t, err)
		if got, err := r.LookEnrolment(t.Context(), o.Hash, asked); err != nil || got.Device != "device-1" || got.MartID != "42" {
			t.Errorf("again: %+v, %v", got, err)
		}
		for _, other := range []wire.EnrolRequest{{Computer: "pos", Request: "abd"}, {Computer: "pos"}, {Computer: "pos-2", Request: "abc"}} {
			if _, err := r.LookEnrolment(t.Context(), o.Hash, other); !refused(err, wire.EnrolUsedUp) {
				t.Errorf("%+v: %v", other, err)
			}
		}
		must(t, r.Revoke(t.Context(), wire.Revocation{Device: "device-1"}))
		if _, err := r.LookEnrolment(t.Context(), o.Hash, asked); !refused(err, wire.EnrolDevice) {
			t.Errorf("again, of a device that was revoked: %v", err)
		}
	})
}

func refused(err error, cause string) bool {
	var e *RefusedError
	return errors.As(err, &e) && e.Cause == cause
}

func TestWhatARevocationEndsOfAnEnrolmentKey(t *testing.T) {
	lent := manager("42")
	lent.Lent, lent.Key = "k1", "k1"
	tests := []struct {
		name    string
		by      token.Token
		revoked wire.Revocation
		want    string
	}{
		{"the maker", manager("42"), wire.Revocation{Device: "manager"}, wire.EnrolMaker},
		{"the maker at the mart", manager("42", "43"), wire.Revocation{Device: "manager", MartID: "42"}, wire.EnrolMaker},
		{"the maker at another mart", manager("42", "43"), wire.Revocation{Device: "manager", MartID: "43"}, "42"},
		{"the lent key of the maker", lent, wire.Revocation{Key: "k1"}, wire.EnrolMaker},
		{"the mart", manager("42"), wire.Revocation{MartID: "42"}, wire.EnrolMart},
		{"every mart", token.Token{}, wire.Revocation{MartID: wire.AnyMart}, wire.EnrolMart},
		{"another mart", manager("42"), wire.Revocation{MartID: "43"}, "42"},
		{"a device that the computer became", token.Token{}, wire.Revocation{Device: "device-1"}, wire.EnrolDevice},
		{"the same at the mart", token.Token{}, wire.Revocation{Device: "device-1", MartID: "42"}, wire.EnrolDevice},
		{"another device", token.Token{}, wire.Revocation{Device: "device-2"}, "42"},
	}
	onEach(t, func(t *testing.T, r *Registry) {
		for i, tt := range tests {
			o := forMart(fmt.Sprint("key-", i))
			if o.Uses = 9; tt.by.Subject != "" {
				o.Maker = MakerOf(tt.by)
			}
			add(t, r, o)
			if got := r.use(t.Context(), o.Hash, "pos", "device-1"); got != "42" {
				t.Fatalf("%s: before: %s", tt.name, got)
			}
			r.tick(t)
			must(t, r.Revoke(t.Context(), tt.revoked))
			if got := r.use(t.Context(), o.Hash, "pos", "device-3"); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
			if got := r.use(t.Context(), o.Hash, "pos-9", "device-4"); tt.want == wire.EnrolDevice && got != "42" {
				t.Errorf("%s: another computer: %s", tt.name, got)
			}
			_, err := r.Undo(t.Context(), tt.revoked)
			must(t, err)
			if got := r.use(t.Context(), o.Hash, "pos", "device-5"); got != "42" {
				t.Errorf("%s: taken back: %s", tt.name, got)
			}
		}
	})
}

func TestTheListSaysWhyAnEnrolmentKeyIsNotGood(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	ended, revoked, void, good := forMart("ended"), forMart("revoked"), forMart("void"), forMap("good")
	ended.Seconds, void.Maker = 1, MakerOf(manager("42"))
	for _, o := range []NewEnrolment{ended, revoked, void, good} {
		add(t, r, o)
	}
	must(t, r.EndEnrolment(t.Context(), "revoked", "head-office", AnyEnrolment))
	must(t, r.EndEnrolment(t.Context(), "revoked", "somebody", AnyEnrolment)) // again is no error, and changes nothing
	must(t, r.Revoke(t.Context(), wire.Revocation{Device: "manager"}))
	for look := error(nil); !refused(look, wire.EnrolEnded); r.tick(t) { // a second has to pass
		_, look = r.LookEnrolment(t.Context(), ended.Hash, wire.EnrolRequest{Computer: "pos"})
	}
	want := map[string]string{"ended": wire.EnrolEnded, "revoked": wire.EnrolRevoked, "void": wire.EnrolMaker, "good": wire.EnrolValid}
	list, err := r.Enrolments(t.Context(), AnyEnrolment)
	must(t, err)
	for _, e := range list {
		if e.State != want[e.ID] || (e.RevokedBy == "head-office") != (e.ID == "revoked") || (e.MadeBy == "manager") != (e.ID == "void") {
			t.Errorf("%+v, want %s", e, want[e.ID])
		}
	}
	if len(list) != len(want) || r.use(t.Context(), revoked.Hash, "pos", "device-1") != wire.EnrolRevoked {
		t.Errorf("%d are listed", len(list))
	}
}

func TestAnEnrolmentKeyThatSomebodyMayNotSeeIsNone(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	add(t, r, forMart("one"))
	none := func(wire.ListedEnrolment) bool { return false }
	_, err := r.FindEnrolment(t.Context(), "one", none)
	for _, err := range []error{err, r.EndEnrolment(t.Context(), "one", "x", none), r.EndEnrolment(t.Context(), "two", "x", AnyEnrolment)} {
		if !errors.Is(err, ErrNoEnrolment) {
			t.Error(err)
		}
	}
	if list, err := r.Enrolments(t.Context(), none); err != nil || len(list) > 0 || r.listed(t, "one").State != wire.EnrolValid {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestOneAdminsEnrolmentKeysLeaveRoomForOthers(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	lent := func(subject string) Maker {
		by := manager("42")
		by.Subject, by.Lent = subject, "k1"
		return MakerOf(by)
	}
	stored := 0
	for i := range ownEnrolments + 5 {
		o := forMart(fmt.Sprint("key-", i))
		o.Maker = lent(fmt.Sprint("made-up-", i)) // all that a lent key vouches for have one share
		switch _, err := r.AddEnrolment(t.Context(), o); {
		case err == nil:
			stored++
		case !errors.Is(err, ErrFull):
			t.Fatal(err)
		}
	}
	if stored != ownEnrolments {
		t.Errorf("%d were stored", stored)
	}
	big := forMap("big")
	big.Maker, big.Computers = MakerOf(manager("42")), nil
	for i := range ownComputers {
		big.Computers = append(big.Computers, wire.Computer{Computer: fmt.Sprint("pos-", i), MartID: "42"})
	}
	add(t, r, big)
	if got := r.use(t.Context(), big.Hash, fmt.Sprint("pos-", ownComputers-1), "device-1"); got != "42" {
		t.Errorf("the last computer of a large map: %s", got)
	}
	another := forMap("another")
	another.Maker = big.Maker
	if _, err := r.AddEnrolment(t.Context(), another); !errors.Is(err, ErrFull) {
		t.Errorf("more computers: %v", err)
	}
	another.Maker = Maker{}
	add(t, r, another)
}

func TestAnEnrolmentKeyEndsByItselfAndIsForgotten(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	o := forMap("one")
	add(t, r, o)
	for _, key := range []string{enrolmentKey(o.Hash), enrolmentMapKey(o.Hash)} {
		if left := r.client.PTTL(t.Context(), key).Val(); left <= time.Hour || left > time.Hour+listEnded {
			t.Errorf("%s is kept for %v", key, left)
		}
	}
	must(t, r.client.HSet(t.Context(), enrolmentsKey, "old", "1000 0 hash-of-old *", "foreign", "x").Err())
	add(t, r, forMart("two"))
	if all := r.client.HGetAll(t.Context(), enrolmentsKey).Val(); len(all) != 2 {
		t.Errorf("listed: %v", all)
	}
}

func TestAnEnrolmentKeyThatIsNotOursIsNone(t *testing.T) {
	r := open(t, redistest.Start(t).URL())
	for _, fields := range [][]any{
		{"id", "x"}, {"id", "x", "made", "soon", "ends", "9000000000000", "uses", "1", "mart", "42\n"}, {"id", "x", "made", "1", "ends", "9000000000000", "uses", "1", "mart", "4 2\n"},
		{"id", "x", "made", "1", "ends", "9000000000000", "uses", "1", "mart", "42\n", "maker", "{"},
	} {
		must(t, r.client.HSet(t.Context(), enrolmentKey("h"), fields...).Err())
		must(t, r.client.HSet(t.Context(), enrolmentsKey, "x", "9000000000000 0 h *").Err())
		if got, err := r.LookEnrolment(t.Context(), "h", wire.EnrolRequest{Computer: "pos"}); err == nil {
			t.Errorf("%q: %+v", fields, got)
		}
		if _, err := r.FindEnrolment(t.Context(), "x", AnyEnrolment); !errors.Is(err, ErrNoEnrolment) {
			t.Errorf("%q: listed: %v", fields, err)
		}
	}
}

func FuzzParseUses(f *testing.F) {
	f.Add("1722000000000 device-1 abc 42\n")
	f.Add("x y\n1 2 3 4")
	f.Fuzz(func(t *testing.T, lines string) {
		for _, u := range parseUses("pos", lines) {
			if u.Device == "" || u.At.IsZero() || strings.ContainsAny(u.Device, " \n") {
				t.Fatalf("%+v", u)
			}
		}
	})
}
