package keyring

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"jumun/server/internal/auth/token"
)

// compare compares the keys that are not revoked. A throwaway key is compared with nothing. Keys that have
// fitted once fit for good: no other server can put all of them out of service.
func (r *Ring) compare(ctx context.Context) (finding, error) {
	stored, err := r.o.Store.Keys(ctx)
	if err != nil {
		return finding{}, err
	}
	var mine []token.Info
	if !r.o.Throwaway {
		mine = slices.DeleteFunc(r.o.Keys().List(), func(k token.Info) bool { return r.o.Revoked(k.ID) })
	}
	fitted := sumOf(mine) == r.fit
	void := slices.DeleteFunc(slices.Collect(maps.Keys(stored)), func(kid string) bool { return !r.o.Revoked(kid) })
	found, err := r.o.Store.compare(ctx, r.name, mine, fitted, r.list, append(void, r.replaced(mine, stored)...), r.gone(mine))
	if err != nil {
		return finding{}, err
	}
	if fitted {
		found.verdict = "" // not these keys have changed, but Redis: it was emptied, and another server came first
	}
	r.yield(found)
	if found.verdict == "" && !r.o.Throwaway {
		r.fit, r.had = sumOf(mine), mine
	}
	return found, nil
}

// yield keeps in which list of keys this server may be the first, if its keys do not fit: the one in which
// it has seen others, which somebody took out. In one that was made since, after Redis lost that, the
// servers whose keys did fit come first: only if none did within patience, this one may.
func (r *Ring) yield(f finding) {
	switch {
	case f.verdict == "":
		r.list, r.lost = "", time.Time{}
	case !f.empty():
		r.list, r.lost = f.made, time.Time{}
	case r.lost.IsZero():
		r.lost = f.at
	case f.at.Sub(r.lost) >= patience:
		r.list = f.made
	}
}

// empty reports whether no server is known by a key of its own.
func (f finding) empty() bool {
	for _, k := range f.keys {
		if !k.Lent {
			return false
		}
	}
	return true
}

// gone returns the kids of the keys that this server had and has not any more.
func (r *Ring) gone(mine []token.Info) []string {
	return slices.DeleteFunc(kids(r.had), func(kid string) bool { return slices.Contains(kids(mine), kid) })
}

// replaced returns the kids of the lent keys to which somebody has given another secret since this server
// stored them. Of a key of the servers that is not meant: all PCs would count as unpaired.
func (r *Ring) replaced(mine []token.Info, stored map[string]Key) (all []string) {
	for _, was := range r.had {
		if was.Lent && stored[was.ID].Mark == was.Mark && slices.ContainsFunc(mine, func(k token.Info) bool {
			return k.ID == was.ID && k.Lent && k.Mark != was.Mark
		}) {
			all = append(all, was.ID)
		}
	}
	return all
}

// judge returns why this server must not serve, or nil.
func (r *Ring) judge(f finding) error {
	switch {
	case f.verdict == wrongSecret:
		return fmt.Errorf("the key %s has another secret here than at the servers of this Redis: give all of them the same key file; "+
			"a new key needs a new kid (jumun-server keygen); if the secret was replaced on purpose: jumun-server keys remove --key %[1]s", f.kid)
	case f.verdict == stranger && f.empty():
		return fmt.Errorf("the Redis of this server has lost which keys the servers have, and those here were others: it waits %v for the other servers; "+
			"if it is the only one, start it again", patience)
	case f.verdict == stranger && r.o.Throwaway:
		return fmt.Errorf("this server has a key that is in no file, and the servers of this Redis have others (%s): give it their key file with --keys", names(f.keys))
	case f.verdict == stranger:
		return fmt.Errorf("this server has another key file than the servers of this Redis, which have %s: give it their file; "+
			"if the file was replaced on purpose, revoke the old keys, or: jumun-server keys remove --key KID", names(f.keys))
	}
	return nil
}

// tell logs that this server is, or is not any more, one whose keys fit.
func (r *Ring) tell(err error) {
	switch was := r.Ready(); {
	case err != nil && (was == nil || was.Error() != err.Error()):
		r.o.Log.Error("not ready: " + err.Error() + "; until then it answers 503 to every token that it does not know, so that no PC says that it is not paired")
	case err == nil && was != nil && was != errUnchecked:
		r.o.Log.Info("the keys of this server fit those of the other servers")
	}
}

func kids(list []token.Info) (all []string) {
	for _, k := range list {
		all = append(all, k.ID)
	}
	return all
}

// maxNamed is how many keys a line of the log names.
const maxNamed = 5

// names returns the newest own keys of other servers, with when they were seen last.
func names(keys map[string]Key) string {
	own := slices.DeleteFunc(slices.Collect(maps.Keys(keys)), func(kid string) bool { return keys[kid].Lent })
	slices.SortFunc(own, func(a, b string) int { return keys[b].Seen.Compare(keys[a].Seen) })
	var all []string
	for _, kid := range own[:min(len(own), maxNamed)] {
		all = append(all, fmt.Sprintf("%s (seen %s)", kid, keys[kid].Seen.Format(time.RFC3339)))
	}
	return strings.Join(all, ", ")
}
