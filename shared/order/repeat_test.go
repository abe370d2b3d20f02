package order

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

// A repeatCase is a case of testdata/repeats.json, which the server and the desktop app are tested
// with, too: an order was recorded, and another one with its number comes.
type repeatCase struct {
	Name                string
	First, Next         repeatFields
	ConfirmedMinutesAgo int // 0: it is open
	Repeat              bool
}

type repeatFields struct {
	Key, Summary, Amount string
	PlacedAt             time.Time
}

func (f repeatFields) details() Details {
	return Details{Summary: f.Summary, Amount: f.Amount, PlacedAt: f.PlacedAt}
}

func TestAnOrderIsRepeatedByTheRule(t *testing.T) {
	body, err := os.ReadFile("testdata/repeats.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []repeatCase
	if err := json.Unmarshal(body, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	now := time.Date(2026, 7, 29, 0, 0, 0, 0, time.UTC)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			e := Earlier{Key: c.First.Key, Details: c.First.details()}
			if c.ConfirmedMinutesAgo > 0 {
				e.Confirmed = now.Add(-time.Duration(c.ConfirmedMinutesAgo) * time.Minute)
			}
			if got := e.IsRepeatedBy(c.Next.Key, c.Next.details(), now); got != c.Repeat {
				t.Errorf("IsRepeatedBy is %v", got)
			}
		})
	}
}
