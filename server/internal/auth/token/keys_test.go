package token

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

func TestKeysDoNotAppearInLogs(t *testing.T) {
	keys := parse(t, jwkOf("a", ""))
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "keys", keys)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "keys", keys)
	fmt.Fprintf(&log, "%v %+v %s", keys, keys, keys)
	bytes := strings.Trim(fmt.Sprint(secretOf("a")[:4]), "[]")
	if text := log.String(); strings.Contains(text, bytes) || !strings.Contains(text, "1 keys") {
		t.Errorf("the log has %s", text)
	}
}

func TestARevokedKeyVerifiesNothing(t *testing.T) {
	keys := parse(t, jwkOf("a", ""), jwkOf("b", ""))
	left := keys.Without(func(kid string) bool { return kid == "a" })
	if _, err := left.Check(forge(sha256.New, "a", header, good), now()); !errors.Is(err, ErrUnknown) {
		t.Error("the revoked key verifies a token: ", err)
	}
	if got, err := left.Check(forge(sha256.New, "b", strings.Replace(header, `"a"`, `"b"`, 1), good), now()); err != nil || got.Key != "b" {
		t.Errorf("the other key: %+v, %v", got, err)
	}
}

func TestManyTokensAreCheckedAtTheSameTime(t *testing.T) {
	keys := parse(t, jwkOf("a", ""))
	valid, forged := forge(sha256.New, "a", header, good), forge(sha256.New, "b", header, good)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				_, err := keys.Check(valid, now())
				_, other := keys.Check(forged, now())
				if err != nil || other == nil {
					t.Errorf("the valid one: %v, the forged one: %v", err, other)
				}
			}
		})
	}
	all.Wait()
}
