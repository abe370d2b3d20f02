package keyring

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// compareServers reports whether a server that is running has had other keys for long, and logs it once.
func (r *Ring) compareServers(f finding) bool {
	mine := f.servers[r.name].sum
	differ := mine != "" && slices.ContainsFunc(slices.Collect(maps.Values(f.servers)), func(s server) bool {
		return s.sum != mine && f.at.Sub(s.seen) < recent
	})
	switch {
	case !differ:
		r.differs, r.told = time.Time{}, false
		return false
	case r.differs.IsZero():
		r.differs = f.at
	}
	long := f.at.Sub(r.differs) >= patience
	if long && !r.told {
		r.told = true
		r.o.Log.Warn("the servers of this Redis have different key files: some refuse tokens that others take; give all of them the same file",
			"since", r.differs.UTC().Format(time.RFC3339), "missing here", strings.Join(r.missing(f), " "))
	}
	return long
}

// missing returns the keys that a running server has and this one has not.
func (r *Ring) missing(f finding) (all []string) {
	mine := kids(r.o.Keys().List())
	for kid, k := range f.keys {
		if f.at.Sub(k.Seen) < recent && !slices.Contains(mine, kid) {
			all = append(all, kid)
		}
	}
	slices.Sort(all)
	return all
}
