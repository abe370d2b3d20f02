package platform

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestAChangeOfTheZoneIsNoticedAndNothingElse(t *testing.T) {
	broken := errors.New("being replaced")
	tests := []struct {
		name    string
		read    []any // zones and errors
		changed bool
	}{
		{"another one", []any{"KST", "KST", "JST"}, true},
		{"the same", []any{"KST", "KST", "KST"}, false},
		{"a file that is being replaced", []any{"KST", broken, "KST"}, false},
		{"another one after that", []any{"KST", broken, "JST"}, true},
		{"none at first", []any{broken, "KST", "KST"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			ticks := make(chan time.Time)
			go func() {
				defer cancel()
				for range len(tt.read) - 1 {
					select {
					case ticks <- time.Time{}:
					case <-ctx.Done():
						return
					}
				}
			}()
			n := -1
			err := watchZone(ctx, ticks, func() (string, error) {
				n++
				if err, failed := tt.read[n].(error); failed {
					return "", err
				}
				return tt.read[n].(string), nil
			})
			if (err == nil) != tt.changed {
				t.Errorf("changed: %v", err)
			}
		})
	}
}

func TestTheZoneOfThisPCCanBeRead(t *testing.T) {
	if zone, err := readZone(); err != nil {
		t.Errorf("%q, %v", zone, err)
	}
}
