package redisconn

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/redistest"
)

// lines returns the lines of SECURITY.md that make users, without their ends.
func lines(t *testing.T) (all []string) {
	t.Helper()
	raw, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "ACL SETUSER jumun ") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

// makeUser makes the user of SECURITY.md on node, and then changes its rights.
func makeUser(t *testing.T, node *redistest.Redis, change ...string) {
	t.Helper()
	all := lines(t)
	if !strings.Contains(node.Ask("INFO", "cluster"), "cluster_enabled:1") {
		all = all[:1]
	}
	for _, line := range all {
		node.Ask(strings.Fields(line)...)
	}
	node.Ask(append([]string{"ACL", "SETUSER", "jumun"}, change...)...)
}

// asJumun is the URL of a Redis for that user.
func asJumun(url string) string { return strings.Replace(url, "://", "://jumun:PASSWORD@", 1) }

func inspect(t *testing.T, url string) Server {
	t.Helper()
	client, err := Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return Inspect(t.Context(), client, Needs{Topic: "order", Intake: "jumun:orders", Replicas: true})
}

func TestEachMissingRightIsNamedAsACLSETUSERTakesIt(t *testing.T) {
	tests := []struct {
		name   string
		change []string
		want   []string
	}{
		{"none is missing", nil, nil},
		{"a command", []string{"-xreadgroup"}, []string{"+xreadgroup"}},
		{"a part of a command", []string{"-xgroup|create"}, []string{"+xgroup|create"}},
		{"several", []string{"-hset", "-publish", "-subscribe"}, []string{"+hset", "+publish", "+subscribe"}},
		{"unsubscribing", []string{"-unsubscribe"}, []string{"+unsubscribe"}},
		{"waiting for replicas", []string{"-wait"}, []string{"+wait"}},
		{"the topic", []string{"resetchannels", "&jumun:*"}, []string{"&order"}},
		{"the channels of marts", []string{"resetchannels", "&order"}, []string{"&jumun:*"}},
		{"every channel, as Redis 7 makes users", []string{"resetchannels"}, []string{"&jumun:*", "&order"}},
		{"every key", []string{"resetkeys"}, []string{"~jumun:*"}},
		{"writing", []string{"resetkeys", "%R~jumun:*"}, []string{"~jumun:*"}},
		{"what Redis is, which is not needed", []string{"-info"}, nil},
	}
	node := redistest.Start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			makeUser(t, node, tt.change...)
			s := inspect(t, asJumun(node.URL()))
			if !slices.Equal(s.Missing, tt.want) || !s.Answered || s.User != "jumun" {
				t.Fatalf("got %+v, want %v", s, tt.want)
			}
			if len(tt.want) == 0 {
				return
			}
			line := regexp.MustCompile("ACL SETUSER jumun .*").FindString(s.Err().Error())
			node.Ask(strings.Fields(line)...)
			if s := inspect(t, asJumun(node.URL())); s.Err() != nil {
				t.Errorf("after the line of its error: %v", s.Err())
			}
		})
	}
}

func TestAnIntakeStreamOfAnotherNameTakesARightOfItsOwn(t *testing.T) {
	node := redistest.Start(t)
	makeUser(t, node)
	client, err := Dial(asJumun(node.URL()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	s := Inspect(t.Context(), client, Needs{Topic: "order", Intake: "shop-orders"})
	if want := []string{"~shop-orders"}; !slices.Equal(s.Missing, want) {
		t.Errorf("missing %v, want %v", s.Missing, want)
	}
}

func TestARightThatOneNodeOfAClusterDoesNotGiveIsMissing(t *testing.T) {
	cluster := redistest.StartCluster(t)
	for _, node := range cluster.Nodes {
		makeUser(t, node)
	}
	if s := inspect(t, asJumun(cluster.URL())); s.Err() != nil || s.Mode != "cluster" || s.Version == "" {
		t.Fatalf("the user of SECURITY.md: %+v", s)
	}
	makeUser(t, cluster.Nodes[2], "-spublish", "-ssubscribe", "-xack")
	s := inspect(t, asJumun(cluster.URL()))
	if want := []string{"+spublish", "+ssubscribe", "+xack"}; !slices.Equal(s.Missing, want) {
		t.Errorf("missing %v, want %v", s.Missing, want)
	}
}

func TestARedisBehindSentinelsIsKnownAsOne(t *testing.T) {
	if s := inspect(t, redistest.StartSentinel(t).URL()); s.Mode != "sentinel" || s.Err() != nil || s.Version == "" {
		t.Errorf("%+v", s)
	}
}

func TestTheTrialsOfRightsDoNothing(t *testing.T) {
	node := redistest.Start(t)
	node.Ask("XADD", "jumun:orders", "1-1", "martId", "42", "orderId", "1")
	if s := inspect(t, node.URL()); s.Err() != nil || s.User != "default" || s.Mode != "one" {
		t.Errorf("%+v", s)
	}
	if keys := node.Ask("KEYS", "*"); keys != "jumun:orders" {
		t.Errorf("keys %q", keys)
	}
	if n := node.Ask("XLEN", "jumun:orders"); n != "1" {
		t.Errorf("the intake stream has %s entries", n)
	}
}

func TestTheLineOfLeastRightsHasWhatIsTriedAndNoMore(t *testing.T) {
	tried := []string{"+info", "+subscribe", "+unsubscribe", "+ssubscribe", "+sunsubscribe"}
	for _, trial := range (Needs{Replicas: true}).trials(true) {
		tried = append(tried, command(trial))
	}
	var allowed []string
	for _, line := range lines(t) {
		for _, word := range strings.Fields(line) {
			if word[0] == '+' {
				allowed = append(allowed, word)
			}
		}
	}
	slices.Sort(tried)
	slices.Sort(allowed)
	if !slices.Equal(tried, allowed) {
		t.Errorf("tried\n%v\nallowed\n%v", tried, allowed)
	}
}

// called is a command in a Lua script.
var called = regexp.MustCompile(`redis\.p?call\('([A-Z]+)'`)

func TestEveryCommandOfAScriptIsTried(t *testing.T) {
	var tried []string
	for _, trial := range (Needs{}).trials(true) {
		tried = append(tried, strings.Split(command(trial), "|")[0])
	}
	scripts, err := filepath.Glob("../*/*.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, path := range scripts {
		script, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range called.FindAllSubmatch(script, -1) {
			if name := "+" + strings.ToLower(string(found[1])); !slices.Contains(tried, name) {
				t.Errorf("%s runs %s: add it to trials and to SECURITY.md", path, name)
			}
		}
	}
}

// A pretender changes the version that INFO tells.
type pretender struct {
	redis.Hook
	version string
}

func (pretender) DialHook(next redis.DialHook) redis.DialHook { return next }

func (pretender) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (p pretender) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if info, is := cmd.(*redis.StringCmd); is && cmd.Name() == "info" {
			// A Valkey says redis_version too, and its own after it.
			info.SetVal(strings.NewReplacer("redis_version:", "redis_version:"+p.version+" ", "valkey_version:", "").Replace(info.Val()))
		}
		return err
	}
}

func TestARedisThatIsTooOldIsRefused(t *testing.T) {
	node := redistest.Start(t)
	for version, want := range map[string]error{"6.0.16": ErrTooOld, "5.0.14": ErrTooOld, "6.2.20": nil, "7.2.4": nil, "10.0.1": nil} {
		client := redis.NewClient(&redis.Options{Addr: node.Addr()})
		defer client.Close()
		client.AddHook(pretender{version: version})
		err := Inspect(t.Context(), client, Needs{Topic: "order", Intake: "jumun:orders"}).Err()
		if !errors.Is(err, want) || err != nil && !strings.Contains(err.Error(), version) {
			t.Errorf("%s: %v, want %v", version, err, want)
		}
	}
}

func TestARedisThatDoesNotKnowACommandIsRefusedWhateverItsVersion(t *testing.T) {
	node := redistest.Start(t, "--rename-command", "XAUTOCLAIM", "", "--rename-command", "INFO", "")
	err := inspect(t, node.URL()).Err()
	if !errors.Is(err, ErrTooOld) || !strings.Contains(err.Error(), "xautoclaim") {
		t.Errorf("got %v", err)
	}
}

func TestARedisThatIsAwayIsNotJudged(t *testing.T) {
	client, err := Dial("redis://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if s := Inspect(t.Context(), client, Needs{}); s.Answered || s.Err() != nil {
		t.Errorf("%+v", s)
	}
}
