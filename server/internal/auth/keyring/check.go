package keyring

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redisconn"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
)

// serverLife is how long a server counts that checks no more.
const serverLife = 10 * time.Minute

var (
	//go:embed check.lua
	checkScript string

	check = redis.NewScript(revocation.NowScript + checkScript)
)

// What can be wrong with the keys of a server.
const (
	wrongSecret = "secret"   // another secret under the same kid
	stranger    = "stranger" // the servers of this Redis have none of its own keys
)

// A finding is what a check has found.
type finding struct {
	verdict  string // "", stranger, or wrongSecret
	kid      string // of wrongSecret
	at       time.Time
	made     string // when Redis's list of keys was made, and by whom: another one after a loss
	keys     map[string]Key
	servers  map[string]server
	renewals map[string]time.Time
}

// A server is what is known of another one.
type server struct {
	seen time.Time
	sum  string // of its keys
}

// compare compares the keys of the server of that name with those of the others, and stores them if they
// fit, or if they have fitted before. If list is not empty, they fit a list without keys only if that is
// the one that was made so. It forgets the keys that are revoked, and if its own ones fit, those that are gone from its
// file.
func (s *Store) compare(ctx context.Context, name string, keys []token.Info, fitted bool, list string, revoked, gone []string) (finding, error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	args := []any{name, sumOf(keys), keep.Milliseconds(), serverLife.Milliseconds(), fitted, list, len(revoked), len(gone)}
	for _, kid := range slices.Concat(revoked, gone) {
		args = append(args, kid)
	}
	for _, k := range keys {
		args = append(args, k.ID, valueOf(k))
	}
	answer, err := check.Run(ctx, s.client, []string{keysKey, serversKey, renewalsKey}, args...).Slice()
	if err == nil && len(answer) != 6 {
		err = order.ErrMalformed
	}
	if err != nil {
		return finding{}, fmt.Errorf("compare the keys with those of the other servers: %w", err)
	}
	return parseFinding(answer)
}

func parseFinding(answer []any) (f finding, err error) {
	verdict, _ := answer[0].(string)
	f.verdict, f.kid, _ = strings.Cut(verdict, " ")
	now, _ := answer[1].(string)
	f.made, _ = answer[5].(string)
	f.keys, f.renewals = parseKeys(hash(answer[2])), times(hash(answer[4]))
	f.servers = map[string]server{}
	fields := hash(answer[3])
	for name, at := range times(fields) {
		_, sum, _ := strings.Cut(fields[name], " ")
		f.servers[name] = server{at, sum}
	}
	f.at, err = revocation.ParseTime(now)
	return f, err
}

// sumOf returns a text that differs for other keys, and other limits.
func sumOf(keys []token.Info) string {
	sorted := slices.SortedFunc(slices.Values(keys), func(a, b token.Info) int { return cmp.Compare(a.ID, b.ID) })
	text, _ := json.Marshal(sorted) // it cannot fail
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}
