package escalation

import (
	"slices"
	"time"

	"jumun/server/internal/escalation/webhook"
	"jumun/shared/order"
)

// A Cause is why people outside of a store are told. Causes are apart since their cures differ.
type Cause string

// The causes.
const (
	Undelivered Cause = "order.undelivered"   // no device is there that has the order
	Unconfirmed Cause = "order.unconfirmed"   // it rings, and nobody answers
	Confirmed   Cause = "order.confirmed"     // somebody has answered after all; only after one of these
	Withdrawn   Cause = "order.withdrawn"     // likewise, but its publisher has withdrawn it
	Offline     Cause = "mart.offline"        // no device is there that can be heard
	Online      Cause = "mart.online"         // one is again; only after mart.offline
	Refused     Cause = "publication.refused" // something that came by a way in was no order
)

// Causes returns all of them.
func Causes() []Cause {
	return []Cause{Undelivered, Unconfirmed, Confirmed, Withdrawn, Offline, Online, Refused}
}

// Times say how long it takes until people are told.
type Times struct {
	Undelivered time.Duration
	Unconfirmed []time.Duration // one for each time that they are told, the shortest first
	Offline     time.Duration
	Refused     time.Duration // in which they are told once of what comes by one way for one reason
}

// defaultTimes are those of the policy that is in force without a file.
var defaultTimes = Times{Undelivered: time.Minute, Unconfirmed: []time.Duration{3 * time.Minute, 10 * time.Minute}, Offline: 5 * time.Minute, Refused: 10 * time.Minute}

// A Policy says who is told what, and when. The zero Policy is not valid: see DefaultPolicy.
type Policy struct {
	zone    *time.Location
	general rules
	marts   map[order.MartID]rules
	targets []target
	secrets map[string][]byte // the files of secrets, as they were read, by their paths
}

// rules are what holds for a mart.
type rules struct {
	times   Times
	hours   Hours
	targets []string // names; nil: all
}

// A target is where people are told.
type target struct {
	webhook.Target
	causes   []Cause // nil: all
	language language
}

// DefaultPolicy returns the policy that is in force without a file: nobody is told, but the log and the metrics
// say what happens.
func DefaultPolicy() *Policy {
	return &Policy{zone: time.Local, general: rules{times: defaultTimes}}
}

// of returns the rules of a mart; of no mart: the general ones.
func (p *Policy) of(mart order.MartID) rules {
	if r, ok := p.marts[mart]; ok {
		return r
	}
	return p.general
}

// targetsOf returns where a cause at a mart is told.
func (p *Policy) targetsOf(mart order.MartID, c Cause) (to []target) {
	names := p.of(mart).targets
	for _, t := range p.targets {
		if (names == nil || slices.Contains(names, t.Name)) && (t.causes == nil || slices.Contains(t.causes, c)) {
			to = append(to, t)
		}
	}
	return to
}

// Targets returns where webhooks go.
func (p *Policy) Targets() []webhook.Target {
	all := make([]webhook.Target, len(p.targets))
	for i, t := range p.targets {
		all[i] = t.Target
	}
	return all
}

// Target returns the target of a name.
func (p *Policy) Target(name string) (webhook.Target, bool) {
	i := slices.IndexFunc(p.targets, func(t target) bool { return t.Name == name })
	if i < 0 {
		return webhook.Target{}, false
	}
	return p.targets[i].Target, true
}

const (
	// slowestPace is how often each mart is looked at when nothing waits there: twice in the shortest time that
	// is usual, so that an order that comes behind a look is known before it is due.
	slowestPace, fastestPace = 30 * time.Second, 100 * time.Millisecond
)

// pace returns how often a mart is looked at when nothing waits there.
func (p *Policy) pace() time.Duration {
	shortest := 2 * slowestPace
	for _, r := range p.marts {
		shortest = min(shortest, r.times.shortest())
	}
	return max(min(shortest, p.general.times.shortest())/2, fastestPace)
}

func (t Times) shortest() time.Duration {
	return min(t.Undelivered, t.Offline, slices.Min(t.Unconfirmed))
}
