package devices

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// listedFields are what the list of keys shows of each; who has used it is longer.
var listedFields = []string{"made", "ends", "revoked", "revoker", "maker", "marts", "martCount", "computers", "uses", "used", "refused", "last"}

// Enrolments returns the enrolment keys that may shows, the newest first. Those that ended a week ago are
// forgotten.
func (r *Registry) Enrolments(ctx context.Context, may func(wire.ListedEnrolment) bool) ([]wire.ListedEnrolment, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	all, err := r.client.HGetAll(ctx, enrolmentsKey).Result()
	if err != nil {
		return nil, fmt.Errorf("list the enrolment keys: %w", err)
	}
	list, err := r.listEnrolments(ctx, all, may)
	slices.SortFunc(list, func(a, b wire.ListedEnrolment) int {
		return cmp.Or(b.MadeAt.Compare(a.MadeAt), strings.Compare(a.ID, b.ID))
	})
	return list, err
}

// listEnrolments returns what is known of the keys in all, which has a value of enrolmentsKey by ID.
func (r *Registry) listEnrolments(ctx context.Context, all map[string]string, may func(wire.ListedEnrolment) bool) ([]wire.ListedEnrolment, error) {
	now, err := r.Now(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the enrolment keys: %w", err)
	}
	pipe, read := r.client.Pipeline(), map[string]*redis.SliceCmd{}
	for id, value := range all {
		read[id] = pipe.HMGet(ctx, enrolmentKey(hashIn(value)), listedFields...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("list the enrolment keys: %w", err)
	}
	list := []wire.ListedEnrolment{}
	for id, cmd := range read {
		listed, maker, ok := parseEnrolment(id, cmd.Val())
		if !ok || !may(listed) {
			continue
		}
		if listed.State, err = r.enrolmentState(ctx, listed, maker, now); err != nil {
			return nil, err
		}
		list = append(list, listed)
	}
	return list, nil
}

// FindEnrolment returns the key of an ID with who has used it. It returns ErrNoEnrolment if there is none, or
// may does not show it.
func (r *Registry) FindEnrolment(ctx context.Context, id string, may func(wire.ListedEnrolment) bool) (wire.ListedEnrolment, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	listed, hash, err := r.findEnrolment(ctx, id, may)
	if err != nil {
		return listed, err
	}
	all, err := r.client.HGetAll(ctx, enrolmentKey(hash)).Result()
	for field, lines := range all {
		if computer, ok := strings.CutPrefix(field, "by:"); ok {
			listed.By = append(listed.By, parseUses(computer, lines)...)
		}
	}
	slices.SortFunc(listed.By, func(a, b wire.EnrolmentUse) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Computer, b.Computer))
	})
	return listed, err
}

// findEnrolment is FindEnrolment without who has used it. It returns the hash under which it is too.
func (r *Registry) findEnrolment(ctx context.Context, id string, may func(wire.ListedEnrolment) bool) (_ wire.ListedEnrolment, hash string, err error) {
	value, err := r.client.HGet(ctx, enrolmentsKey, id).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return wire.ListedEnrolment{}, "", fmt.Errorf("look for an enrolment key: %w", err)
	}
	list, err := r.listEnrolments(ctx, map[string]string{id: value}, may)
	if err == nil && len(list) == 0 {
		err = ErrNoEnrolment
	}
	if err != nil {
		return wire.ListedEnrolment{}, "", err
	}
	return list[0], hashIn(value), nil
}

// hashIn returns the hash in a value of enrolmentsKey; "" if that is not ours.
func hashIn(value string) string {
	words := strings.Fields(value)
	if len(words) < 4 {
		return ""
	}
	return words[2]
}

// enrolmentState returns whether a key is good for any computer, or why not. A key for many marts is good as
// long as one of those that are listed is.
func (r *Registry) enrolmentState(ctx context.Context, l wire.ListedEnrolment, maker Maker, now time.Time) (string, error) {
	switch {
	case !l.RevokedAt.IsZero():
		return wire.EnrolRevoked, nil
	case l.Expires.Before(now):
		return wire.EnrolEnded, nil
	case l.Computers == 0 && l.Used >= l.Uses, l.Computers > 0 && l.Used >= l.Uses*l.Computers:
		return wire.EnrolUsedUp, nil
	}
	cause := ""
	for _, mart := range l.Marts {
		var err error
		if cause, err = r.checkEnrolment(ctx, Enrolled{MartID: mart, Maker: maker}, l.MadeAt, nil); err != nil || cause == "" {
			return wire.EnrolValid, err
		}
	}
	return cmp.Or(cause, wire.EnrolValid), nil
}

// parseEnrolment reads what Redis holds in listedFields. ok: there is such a key.
func parseEnrolment(id string, values []any) (_ wire.ListedEnrolment, maker Maker, ok bool) {
	known := map[string]string{}
	for i, value := range values {
		known[listedFields[i]], _ = value.(string)
	}
	number := func(field string) int { n, _ := strconv.Atoi(known[field]); return n }
	at := func(text string) time.Time { t, _ := revocation.ParseTime(text); return t }
	l := wire.ListedEnrolment{
		ID: id, MartCount: number("martCount"), Computers: number("computers"), Uses: number("uses"), Used: number("used"),
		MadeAt: at(known["made"]), Expires: at(known["ends"]),
		RevokedAt: at(known["revoked"]), RevokedBy: order.Line(known["revoker"], wire.MaxHolder), Refused: number("refused"),
	}
	if words := strings.SplitN(known["last"], " ", 3); len(words) == 3 {
		l.LastAt, l.LastCause, l.LastName = at(words[0]), words[1], order.Line(words[2], order.MaxName)
	}
	if known["maker"] != "" && json.Unmarshal([]byte(known["maker"]), &maker) != nil || json.Unmarshal([]byte(known["marts"]), &l.Marts) != nil {
		return l, maker, false
	}
	l.MadeBy = maker.Holder()
	return l, maker, !l.MadeAt.IsZero()
}
