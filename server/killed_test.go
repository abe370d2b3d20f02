package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// A fleet is servers of one Redis, as processes, of which one is killed now and then.
type fleet struct {
	t    *testing.T
	args []string

	mu    sync.Mutex
	alive []*member
}

type member struct {
	cmd *exec.Cmd
	log said
	url string
}

func (m *member) acts() bool {
	return strings.Contains(m.log.String(), "this server tells people outside")
}

// start starts one more server.
func (f *fleet) start() {
	f.t.Helper()
	m := &member{cmd: exec.Command(os.Args[0], append([]string{"serve", "--listen", "127.0.0.1:0", "--keys", ownCopy(f.t, theKeys)}, f.args...)...)}
	m.cmd.Env, m.cmd.Stderr = append(os.Environ(), beServer+"=1"), &m.log
	if err := m.cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = m.cmd.Process.Kill() })
	eventually(f.t, "it listens", func() bool {
		found := listening.FindStringSubmatch(m.log.String())
		if found != nil {
			m.url = found[1]
		}
		return found != nil
	})
	eventually(f.t, "ready", func() bool { return status(f.t, m.url+wire.ReadyPath) == 200 })
	f.mu.Lock()
	f.alive = append(f.alive, m)
	f.mu.Unlock()
}

// one returns a server that acts, or one that does not; nil if there is none.
func (f *fleet) one(acts bool) *member {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.alive {
		if m.acts() == acts {
			return m
		}
	}
	return nil
}

// kill kills the server that acts, and returns how long it takes until another one does.
func (f *fleet) kill() time.Duration {
	m := f.one(true)
	began := time.Now()
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
	f.mu.Lock()
	for i := range f.alive {
		if f.alive[i] == m {
			f.alive = append(f.alive[:i:i], f.alive[i+1:]...)
			break
		}
	}
	f.mu.Unlock()
	eventually(f.t, "another server acts", func() bool { return f.one(true) != nil })
	return time.Since(began)
}

// bystander returns the URL of a server that is not killed as long as another one acts.
func (f *fleet) bystander() string { return f.one(false).url }

// staff keeps a device of a mart connected, to another server when its own is killed, and returns what makes it report.
func (f *fleet) staff(mart order.MartID) (reports func(body string)) {
	token := signed(f.t, claims(wire.RoleDevice, mart))
	ctx, stop := context.WithCancel(context.Background())
	connected := make(chan struct{}, 100)
	var beside sync.WaitGroup
	f.t.Cleanup(func() { stop(); beside.Wait() })
	beside.Go(func() {
		for ctx.Err() == nil {
			req := as(f.t, token, "GET", f.bystander()+wire.EventsPath(mart), "").WithContext(ctx)
			if res, err := http.DefaultTransport.(bearer).Transport.RoundTrip(req); err == nil {
				connected <- struct{}{}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
		}
	})
	reports = func(body string) {
		f.t.Helper()
		if res := ask(f.t, as(f.t, token, "POST", f.bystander()+wire.PresencePath(mart), body)); res.StatusCode != http.StatusNoContent {
			f.t.Fatalf("%s: %s", res.Status, read(f.t, res))
		}
	}
	<-connected
	reports(audible)
	return reports
}

func TestAServerThatIsKilledAtAnyMomentLeavesAllToBeToldAndNothingUnderTwoIDs(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	office, arrived := newOffice(t), make(chan struct{}, 1000)
	office.answer = func(w http.ResponseWriter, _ told) { arrived <- struct{}{}; w.WriteHeader(http.StatusNoContent) }
	f := &fleet{t: t, args: []string{"--redis", redistest.Start(t).URL(), "--escalation", office.policy(t, "")}}
	for range 3 {
		f.start()
	}
	eventually(t, "a server acts", func() bool { return f.one(true) != nil })
	var want []string
	var slowest time.Duration
	// during kills the server that acts while what is to be told is told: at any moment, or as a webhook arrives,
	// of which it cannot note then that it was sent.
	during := func(more ...string) {
		t.Helper()
		for len(arrived) > 0 {
			<-arrived
		}
		var moment <-chan time.Time
		sent := arrived
		if dice.IntN(2) == 0 {
			moment, sent = time.After(time.Duration(dice.Int64N(int64(3500*time.Millisecond)))), nil
		}
		select {
		case <-moment:
		case <-sent:
		}
		slowest = max(slowest, f.kill())
		f.start()
		want = append(want, more...)
		office.wants(t, want...)
	}
	for round := range 4 {
		mart := func(kind string) order.MartID { return order.MartID(fmt.Sprint(kind, round)) }
		nobody, confirmed, withdrawn, gone := mart("n"), mart("c"), mart("w"), mart("g")
		f.staff(confirmed)
		f.staff(withdrawn)
		reports := f.staff(gone)
		server := &program{url: f.bystander()}
		for _, m := range []order.MartID{nobody, confirmed, withdrawn} {
			paid(t, server, m, "1")
		}
		paid(t, server, confirmed, "2")
		acknowledge(t, server, confirmed, "2", "카운터")
		reports(muted)
		during(fmt.Sprintf("order.undelivered %s 1", nobody), fmt.Sprintf("mart.offline %s", gone),
			fmt.Sprintf("order.unconfirmed %s 1 1", confirmed), fmt.Sprintf("order.unconfirmed %s 1 2", confirmed),
			fmt.Sprintf("order.unconfirmed %s 1 1", withdrawn), fmt.Sprintf("order.unconfirmed %s 1 2", withdrawn))
		f.staff(nobody)
		server = &program{url: f.bystander()}
		acknowledge(t, server, confirmed, "1", "카운터")
		if code, said := send(t, server.url+wire.PublishPath, fmt.Sprintf(`{"martId":%q,"orderId":"1","cancelled":true}`, withdrawn)); code != http.StatusAccepted {
			t.Fatalf("%d %s", code, said)
		}
		reports(audible)
		during(fmt.Sprintf("order.unconfirmed %s 1 1", nobody), fmt.Sprintf("order.unconfirmed %s 1 2", nobody),
			fmt.Sprintf("order.confirmed %s 1", confirmed), fmt.Sprintf("order.withdrawn %s 1", withdrawn), fmt.Sprintf("mart.online %s", gone))
	}
	means, repeats := map[string]string{}, 0
	for _, one := range office.came {
		if before, known := means[one.id]; known {
			repeats++
			if before != one.String() {
				t.Errorf("%s is %q and %q", one.id, before, one)
			}
		}
		means[one.id] = one.String()
	}
	t.Logf("%d events, %d repeated; another server acted after %v at most", len(means), repeats, slowest.Round(time.Millisecond))
}
