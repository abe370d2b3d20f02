package redisconn

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestAnAddressSaysWhichKindOfRedis(t *testing.T) {
	for address, want := range map[string]func(redis.UniversalClient) bool{
		"redis://:secret@h:1/2":                       isOne,
		"rediss://h":                                  isOne,
		"unix:///run/redis.sock":                      isOne,
		"redis+cluster://h:1?addr=i:2":                isCluster,
		"rediss+cluster://u:secret@h":                 isCluster,
		"redis+sentinel://h:1?master_name=m&addr=i:2": isOne, // the one that is the master
		"rediss+sentinel://h?master_name=m":           isOne,
		// These would read from replicas, which may be behind.
		"redis+cluster://h?read_only=true&route_randomly=true":                     isCluster,
		"redis+sentinel://h?master_name=m&route_by_latency=true&replica_only=true": isOne,
	} {
		client, err := Dial(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if !want(client) {
			t.Errorf("%s is taken for a %T", address, client)
		}
		_ = client.Close()
	}
}

func isOne(c redis.UniversalClient) bool     { _, is := c.(*redis.Client); return is }
func isCluster(c redis.UniversalClient) bool { _, is := c.(*redis.ClusterClient); return is }

func TestAnAddressOfSeveralThatIsNoneIsRefusedWithoutRepeatingItsPassword(t *testing.T) {
	for _, address := range []string{"redis+sentinel://:secret@h", "redis+sentinel://:secret@h:port?master_name=m",
		"redis+cluster://:secret@h:port", "redis+cluster://:secret@h?nonsense=secret", "redis+cluster://h?addr=secret",
		"redis+sentinel://h?master_name=m&addr=secret", "redis+sentinel://:x/secret@h?master_name=m", "redis+secret://h", "http+cluster://secret@h",
		"unix+cluster:///secret", "redis+:secret//h"} {
		client, err := Dial(address)
		if err == nil {
			_ = client.Close()
			t.Errorf("%q was accepted", address)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error tells the password: %v", address, err)
		}
	}
}

func TestWhatIsWrongWithAnAddressIsNamed(t *testing.T) {
	for address, want := range map[string]error{
		"redis+sentinel://h":                                 errMaster,
		"redis+sentinel://h?mastername=m":                    errOption,
		"redis+sentinel://h?master_name=m&sentinelpass=x":    errOption,
		"redis+sentinel://h?master_name=m&password=with&and": errOption,
		"redis+sentinel://h?master_name=m&addr=i":            errNode,
		"redis+cluster://h?addr=i":                           errNode,
		"redis://h/first":                                    errDatabase,
		"redis://:a/b@h":                                     errAddress,
	} {
		if _, err := Dial(address); err != want {
			t.Errorf("%s: %v; want %v", address, err, want)
		}
	}
}

// inTable finds the addresses in the table of OPERATING.md.
var inTable = regexp.MustCompile("(?m)^\\|[^|]*\\| `([a-z+]+://[^`]*)` \\|$")

func TestTheAddressesInTheDocumentAreAddresses(t *testing.T) {
	raw, err := os.ReadFile("../../OPERATING.md")
	if err != nil {
		t.Fatal(err)
	}
	all := inTable.FindAllStringSubmatch(string(raw), -1)
	if len(all) < 8 {
		t.Errorf("it has only %d", len(all))
	}
	for _, m := range all {
		client, err := Dial(m[1])
		if err != nil {
			t.Errorf("%s: %v", m[1], err)
			continue
		}
		_ = client.Close()
	}
}

func FuzzDial(f *testing.F) {
	for _, a := range []string{"redis://u:p@h:1/0?db=2", "redis+sentinel://h?master_name=m", "rediss+cluster://h?addr=i:1", "+", "redis+x://"} {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if strings.Contains(address, "idle") { // connections made in advance: there is nobody to connect to
			return
		}
		client, err := Dial(address)
		if err == nil {
			_ = client.Close()
		} else if !slices.Contains([]error{errAddress, errNode, errOption, errDatabase, errMaster}, err) {
			t.Fatalf("%q: the error may tell a password: %v", address, err)
		}
	})
}
