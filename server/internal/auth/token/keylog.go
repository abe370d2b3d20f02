package token

import (
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"jumun/shared/order"
)

// logChanges logs each key of now that was does not have so, and each that is gone: a limit that was
// forgotten, or lost in an editor, shows here. was may be nil.
func logChanges(log *slog.Logger, was, now *Keys) {
	if was == nil {
		was = &Keys{}
	}
	for _, k := range now.byAge {
		if !reflect.DeepEqual(was.byID[k.id], k) {
			log.Info("the key file has this key", k.attributes()...)
		}
	}
	for _, k := range was.byAge {
		if _, stays := now.byID[k.id]; !stays {
			log.Warn("a key is gone from the key file: the server refuses its tokens, and ends their streams", k.attributes()...)
		}
	}
}

// attributes returns what the log says of a key.
func (k key) attributes() []any {
	holder := "servers"
	if k.lent() {
		holder = "others"
	}
	made := "unknown"
	if k.made > 0 {
		made = time.Unix(k.made, 0).UTC().Format(time.RFC3339)
	}
	return []any{"key", k.id, "made", made, "holder", holder, "roles", limitOf(k.roles), "marts", limitOf(k.marts)}
}

// limitOf returns a limit for people.
func limitOf[T any](limit []T) string {
	if limit == nil {
		return "all"
	}
	return order.Line(fmt.Sprint(limit), order.MaxName)
}
