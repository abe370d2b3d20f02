package main

import (
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestAnOperatorSeesWhenAPCCameAndWentAndWhy(t *testing.T) {
	redis := redistest.Start(t)
	keys, _ := keyFile(t)
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	pc := tokenOf(t, keys, "counter", wire.RoleDevice, "42")
	history := func(more ...string) string {
		_, out, errs := do(t, nothing, append([]string{"devices", "--mart", "42", "--history", "--redis", redis.URL()}, more...)...)
		return out + errs
	}
	stream := ask(t, as(t, pc, "GET", server.url+wire.EventsPath("42"), ""))
	eventually(t, "it came", func() bool { return strings.Contains(history(), "  came  ") })
	ask(t, as(t, pc, "POST", server.url+wire.PresencePath("42"), `{"problems":["muted"]}`))
	_ = stream.Body.Close()
	eventually(t, "it is lost", func() bool { return strings.Contains(history(), "  lost  ") })
	if out := history("--device", "counter"); !strings.Contains(out, "  silent: muted  ") || strings.Count(out, "counter") != 3 {
		t.Errorf("the history is:\n%s", out)
	}
	head := tokenOf(t, keys, "head-office", wire.RoleAdmin, "42")
	if out := read(t, ask(t, as(t, head, "GET", server.url+wire.ConnectionsPath("42")+"?device=other", ""))); out != `{"connections":[]}`+"\n" {
		t.Errorf("of another: %s", out)
	}
	if code, _, errs := do(t, nothing, "devices", "--mart", "42", "--device", "counter", "--redis", redis.URL()); code != 2 {
		t.Errorf("--device alone: %d, %s", code, errs)
	}
}
