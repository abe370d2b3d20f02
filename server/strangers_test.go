//go:build linux

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// swarm keeps many connections of a stranger to a server open until the test's end: each sends text
// once, and is opened again when the server closes it; some 80 are opened in a second. It returns once all
// were open, or tried.
func swarm(t *testing.T, url string, connections int, text string, secure *tls.Config) {
	_, address, _ := strings.Cut(url, "://")
	attack, stop := context.WithCancel(t.Context())
	pace := time.NewTicker(12 * time.Millisecond)
	var running, tried sync.WaitGroup
	t.Cleanup(func() { stop(); running.Wait(); pace.Stop() })
	for range connections {
		tried.Add(1)
		running.Go(func() {
			began := sync.OnceFunc(tried.Done)
			defer began()
			for {
				select {
				case <-attack.Done():
					return
				case <-pace.C:
					annoy(attack, address, text, secure, began)
				}
			}
		})
	}
	tried.Wait()
}

// annoy opens a connection, sends text, calls began, and reads until the server closes it or ctx ends.
func annoy(ctx context.Context, address, text string, secure *tls.Config, began func()) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return // the server has no room in its queue
	}
	if secure != nil && text != "" {
		c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	}
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	fmt.Fprint(c, text)
	began()
	_, _ = io.Copy(io.Discard, c)
	_ = c.Close()
}

func TestStrangersConnectionsKeepNoDeviceNoPublisherAndNoProbeOut(t *testing.T) {
	ask := "GET " + wire.LivePath + " HTTP/1.1\r\nHost:"
	for _, secure := range []bool{false, true} {
		for name, text := range map[string]string{"that ask once a minute": ask + " x\r\n\r\n", "that say nothing": "", "that begin a request": ask} {
			t.Run(fmt.Sprintf("%s, TLS %v", name, secure), func(t *testing.T) { besiege(t, secure, text) })
		}
	}
}

// besiege has strangers take what connections they can of a server with few descriptors, and checks
// that it serves.
func besiege(t *testing.T, secure bool, text string) {
	redis := redistest.Start(t)
	through, flags := &http.Transport{DisableKeepAlives: true}, []string(nil)
	if secure {
		cert, key, trust := selfSigned(t)
		through.TLSClientConfig = &tls.Config{RootCAs: trust}
		flags = []string{"--tls-cert", cert, "--tls-key", key}
	}
	url := fewDescriptors(t, redis.URL(), flags...)
	client := &http.Client{Transport: bearer{through}}
	ask := func(do func() (*http.Response, error), want int) *http.Response {
		t.Helper()
		res, err := do()
		if err != nil || res.StatusCode != want {
			t.Fatal(res, err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	eventually(t, "ready", func() bool {
		res, err := client.Get(url + wire.ReadyPath)
		return err == nil && read(t, res) == "ok\n"
	})
	swarm(t, url, 300, text, through.TLSClientConfig)
	var slowest time.Duration
	for i, n := range numbers(20) {
		mart, asked := order.MartID(fmt.Sprint(i)), time.Now()
		stream := bufio.NewReader(ask(func() (*http.Response, error) { return client.Get(url + wire.EventsPath(mart)) }, http.StatusOK).Body)
		slowest = max(slowest, time.Since(asked))
		ask(func() (*http.Response, error) {
			return client.Post(url+wire.PublishPath, "application/json", strings.NewReader(publication(mart, n)))
		}, http.StatusAccepted)
		for line := ""; !strings.Contains(line, string(n)); {
			var err error
			if line, err = stream.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		ask(func() (*http.Response, error) { return client.Get(url + wire.ReadyPath) }, http.StatusOK)
	}
	t.Logf("the slowest stream began after %v", slowest.Round(time.Millisecond))
}
