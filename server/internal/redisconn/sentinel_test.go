package redisconn

import (
	"strings"
	"testing"

	"jumun/server/internal/redistest"
)

func TestWhichPasswordOrNameIsWrongBehindSentinelsIsNamed(t *testing.T) {
	s := redistest.StartSentinel(t)
	master := s.Master()
	master.Ask("CONFIG", "SET", "masterauth", "redis-secret", "requirepass", "redis-secret")
	good := strings.Replace(s.URL(), "://", "://:their-secret@", 1) + "&password=redis-secret"
	without := s.URL() + "&password=redis-secret"
	tests := []struct{ name, address, want string }{
		{"they know no such name", strings.Replace(without, "=mymaster", "=master", 1), `none of them knows one as "master"`},
		{"a password for them, and they want none", good, ""},
		{"that of the Redis is missing", s.URL(), "NOAUTH"},
		{"that of the Redis is wrong", s.URL() + "&password=wrong", "WRONGPASS"},
		{"all is right", without, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { pings(t, tt.address, tt.want) })
	}
	s.AskSentinels("ACL", "SETUSER", "default", "resetpass", ">their-secret")
	t.Run("they want a password", func(t *testing.T) { pings(t, without, "they want a password") })
	t.Run("theirs is wrong", func(t *testing.T) {
		pings(t, strings.Replace(good, "their-secret", "other", 1), "they refuse the password before the @")
	})
	t.Run("both are right", func(t *testing.T) { pings(t, good, "") })
}

// pings fails the test unless the error of a PING contains want; empty: there is none.
func pings(t *testing.T, address, want string) {
	t.Helper()
	client, err := Dial(address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	err = client.Ping(t.Context()).Err()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%v; want %q", err, want)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the error tells a password: %v", err)
	}
}
