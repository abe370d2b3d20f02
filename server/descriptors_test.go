//go:build linux

package main

import (
	"bufio"
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

// fewDescriptors runs a server that may have 256 descriptors, and would have 100 if it did not ask
// for more.
func fewDescriptors(t *testing.T, redis string, flags ...string) (url string) {
	t.Helper()
	args := []string{"-c", `ulimit -Sn 100 && ulimit -Hn 256 && exec "$0" "$@"`, os.Args[0],
		"serve", "--listen", "127.0.0.1:0", "--keys", ownCopy(t, theKeys), "--redis", redis}
	cmd := exec.Command("sh", append(args, flags...)...)
	cmd.Env = append(os.Environ(), beServer+"=1")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	hung := time.AfterFunc(2*patience, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() { hung.Stop(); _ = cmd.Process.Kill() })
	said := ""
	lines := bufio.NewScanner(stderr)
	for url == "" && lines.Scan() {
		said += lines.Text()
		if m := heardAt.FindStringSubmatch(lines.Text()); m != nil {
			url = m[1] + "://" + m[2]
		}
	}
	if !strings.Contains(said, "limit=255") { // Go leaves one of the hard limit
		t.Errorf("it says %s", said)
	}
	go func() {
		for lines.Scan() {
		}
	}()
	return url
}

// flood opens streams of mart 42, many at the same time, and returns those that began and how many
// were told that the server is busy, or closed because too many came at once.
func flood(t *testing.T, url string, n int) (open []*device, busy int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			res, err := http.Get(url + wire.EventsPath("42"))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				busy++
			} else if res.StatusCode == http.StatusOK {
				d := &device{res: res, events: make(chan event, 100)}
				go d.read()
				t.Cleanup(d.close)
				open = append(open, d)
			} else if body := read(t, res); res.StatusCode == http.StatusServiceUnavailable && strings.Contains(body, wire.ProblemBusy) && res.Close {
				busy++
			} else {
				t.Errorf("%s: %s", res.Status, body)
			}
		})
	}
	wg.Wait()
	return open, busy
}

func TestStreamsLeaveDescriptorsToProbesAndPublishers(t *testing.T) {
	redis := redistest.Start(t)
	url := fewDescriptors(t, redis.URL())
	eventually(t, "ready", func() bool { return answers(url + wire.ReadyPath) })
	var open []*device
	for range 5 { // those that are refused come again
		some, busy := flood(t, url, 150)
		if open = append(open, some...); len(open) > 192 || len(open)+busy == 0 {
			t.Fatalf("%d streams", len(open))
		}
	}
	if len(open) < 100 {
		t.Errorf("only %d streams", len(open))
	}
	fresh := http.Client{Transport: bearer{&http.Transport{DisableKeepAlives: true}}, Timeout: patience}
	for i := range 50 {
		for _, path := range []string{wire.LivePath, wire.ReadyPath, wire.MetricsPath} {
			if res, err := fresh.Get(url + path); err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("%s: %v %v", path, res, err)
			}
		}
		body := strings.NewReader(publication("42", order.OrderID(numbers(50)[i])))
		if res, err := fresh.Post(url+wire.PublishPath, "application/json", body); err != nil || res.StatusCode != http.StatusAccepted {
			t.Fatalf("publish: %v %v", res, err)
		}
	}
	// Some streams had to end because several found the same descriptor free: the rest has every order.
	heard := 0
	for _, d := range open {
		if e := d.next(t); e["event"] == wire.ConnectEvent {
			if e = d.next(t); e["event"] == wire.OrderEvent {
				d.wants(t, "42", numbers(50)[1:]...)
				heard++
			}
		}
	}
	if heard < 100 {
		t.Errorf("only %d of %d streams heard the orders", heard, len(open))
	}
	for range 100 { // more than are kept for them, if each kept its connection
		idle := &http.Transport{}
		defer idle.CloseIdleConnections()
		if res, err := (&http.Client{Transport: idle, Timeout: patience}).Get(url + wire.LivePath); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%v %v", res, err)
		} else {
			read(t, res)
		}
	}
	redis.Kill()
	redis.Restart()
	eventually(t, "it has connections to the new Redis", func() bool { return answers(url + wire.ReadyPath) })
	t.Logf("%d streams began, %d heard all orders", len(open), heard)
}
