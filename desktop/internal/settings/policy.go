package settings

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"jumun/shared/order"
)

// A Policy is what the administrator of this PC has decided. It takes the place of what a person chose, and is
// never written into the settings. On Windows it lies in the registry, elsewhere in a file: see ReadPolicy. It is
// comparable with ==.
type Policy struct {
	Server  string       // "": a person chooses
	Mart    order.MartID // "": a person chooses
	Enrol   string       // enrolment key by which a PC without a token pairs itself; secret
	Hours   Hours        // the zero Hours: a person chooses
	Updates string       // UpdatesOff, or ""

	problems [len(policyFields)]FieldError
	unknown  string // the names of values that this version does not know
}

// UpdatesOff means that jumun does not replace itself by a newer version.
const UpdatesOff = "off"

// policyFields are the names under which problems of a policy are told. The last one is for all of it.
var policyFields = [...]string{"server", "mart", "enrol", "hours", "updates", "policy"}

// ReadPolicy returns the policy of this PC. A value that Check would refuse is not part of it, but one of its
// Problems: the PC goes on with what a person chose.
func ReadPolicy() Policy { return parsePolicy(readPolicy()) }

// A policyValue is a value of a policy: its name for administrators, the field that it belongs to, and where its
// text goes.
type policyValue struct {
	name, field string
	text        *string
}

// policyValues returns all values of a policy. Case does not matter in names.
func policyValues(s *Settings, updates *string) []policyValue {
	h := &s.Hours
	list := []policyValue{
		{"Server", "server", &s.Server}, {"Mart", "mart", (*string)(&s.Mart)}, {"Enrol", "enrol", &s.Enrol}, {"Updates", "updates", updates},
		{"Open", "hours", &h.Open}, {"Close", "hours", &h.Close}, {"Break", "hours", &h.Break},
		{"Holidays", "hours", &h.Holidays}, {"Outside", "hours", &h.Outside},
	}
	for day := range h.Week {
		list = append(list, policyValue{time.Weekday(day).String(), "hours", &h.Week[day]})
	}
	return list
}

// parsePolicy returns the policy with these values by lower-case names. unreadable are the names of those that
// are no text; "policy" is all of it.
func parsePolicy(values map[string]string, unreadable []string) Policy {
	s, updates := Default(), ""
	var broken []string
	for _, v := range policyValues(&s, &updates) {
		name := strings.ToLower(v.name)
		if *v.text = values[name]; slices.Contains(unreadable, name) {
			broken = append(broken, v.field)
		}
	}
	if slices.Contains(unreadable, "policy") {
		broken = append(broken, "policy")
	}
	if s.Hours.Outside == "ring" { // a list from which one is chosen has no empty value
		s.Hours.Outside = OutsideRing
	}
	p := checkPolicy(Clean(s), strings.ToLower(trim(updates)), broken)
	p.unknown = unknownNames(slices.Concat(slices.Collect(maps.Keys(values)), unreadable))
	return p
}

// maxUnknown is the length of the names that are told, in characters: a line of a window has no room for more.
const maxUnknown = 60

// unknownNames returns those of these lower-case names that no value has, as one line. The registry gives the value that
// each key has by itself as "".
func unknownNames(names []string) string {
	known := []string{"", "policy"}
	for _, v := range policyValues(new(Settings), new(string)) {
		known = append(known, strings.ToLower(v.name))
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(known, name) })
	slices.Sort(names)
	return order.Line(strings.Join(names, ", "), maxUnknown)
}

// checkPolicy returns the policy with what is right of s and updates. The fields in broken are not.
func checkPolicy(s Settings, updates string, broken []string) Policy {
	problems := Check(s)
	problems["updates"] = checkChoice(updates, "settings.policy-updates", "", "on", UpdatesOff)
	for _, field := range broken {
		problems[field] = errUnreadable.Error()
	}
	p := Policy{Server: s.Server, Mart: s.Mart, Enrol: s.Enrol, Hours: s.Hours}
	if updates == UpdatesOff {
		p.Updates = UpdatesOff
	}
	for i, field := range policyFields {
		if problem := problems[field]; problem != "" && !isMissing(problem) {
			p = p.without(field)
			p.problems[i] = FieldError{field, problem}
		}
	}
	return p
}

func (p Policy) without(field string) Policy {
	switch field {
	case "server":
		p.Server = ""
	case "mart":
		p.Mart = ""
	case "enrol":
		p.Enrol = ""
	case "hours":
		p.Hours = Hours{}
	case "updates":
		p.Updates = ""
	}
	return p
}

// Apply returns s with what p decides in place of what a person chose. s remembers p, so that Save knows what is
// not to be written.
func (p Policy) Apply(s Settings) Settings {
	s.Policy = p
	s.Server, s.Mart, s.Hours = cmp.Or(p.Server, s.Server), cmp.Or(p.Mart, s.Mart), cmp.Or(p.Hours, s.Hours)
	s.NoUpdates = s.NoUpdates || p.Updates == UpdatesOff
	return s
}

// Keeping returns p with what old has in place of the values that are not used: a slip of an administrator must not take
// the shop from PCs that ring.
func (p Policy) Keeping(old Policy) Policy {
	broken := func(field string) bool {
		return slices.ContainsFunc(p.problems[:], func(e FieldError) bool { return e.Name == field || e.Name == "policy" })
	}
	kept := old
	for _, field := range policyFields {
		if !broken(field) {
			kept = kept.without(field)
		}
	}
	p.Server, p.Mart, p.Enrol = cmp.Or(p.Server, kept.Server), cmp.Or(p.Mart, kept.Mart), cmp.Or(p.Enrol, kept.Enrol)
	p.Hours, p.Updates = cmp.Or(p.Hours, kept.Hours), cmp.Or(p.Updates, kept.Updates)
	return p
}

// Managed returns the JSON names of the settings that p decides.
func (p Policy) Managed() []string {
	var names []string
	for name, is := range map[string]bool{"server": p.Server != "", "mart": p.Mart != "", "hours": p.Hours != Hours{}, "noUpdates": p.Updates == UpdatesOff} {
		if is {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Problems returns the values that are not used, and why.
func (p Policy) Problems() []FieldError {
	problems := slices.DeleteFunc(slices.Clone(p.problems[:]), func(e FieldError) bool { return e == FieldError{} })
	if p.unknown != "" {
		problems = append(problems, FieldError{p.unknown, "settings.policy-unknown"})
	}
	return problems
}

// policyInterval is how often a policy is looked at. Windows itself looks for new ones every 90 minutes or so.
const policyInterval = 15 * time.Second

// WatchPolicy calls changed with the policy of this PC soon after the call and whenever it has changed, until ctx
// ends. A policy counts once it reads the same twice: Windows takes one away for a moment while it writes it anew.
func WatchPolicy(ctx context.Context, changed func(Policy)) {
	tick := time.NewTicker(policyInterval)
	defer tick.Stop()
	watchPolicy(ctx, tick.C, ReadPolicy, changed)
}

func watchPolicy(ctx context.Context, ticks <-chan time.Time, read func() Policy, changed func(Policy)) {
	last, told := read(), Policy{}
	for known := false; ; {
		select {
		case <-ticks:
		case <-ctx.Done():
			return
		}
		now := read()
		if now == last && (now != told || !known) {
			known, told = true, now
			changed(now)
		}
		last = now
	}
}
