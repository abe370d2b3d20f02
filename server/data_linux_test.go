package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"jumun/server/internal/localredis"
	"jumun/server/internal/redisconn"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// dataFolder returns a new folder, whose path is short enough for a socket.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "jumun-data-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// redisOf returns the process of the Redis in a folder; 0 if there is none now.
func redisOf(t *testing.T, dir string) int {
	t.Helper()
	client, err := redisconn.Dial(localredis.URL(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	info, _ := client.Info(t.Context(), "server").Result()
	pid, _ := strconv.Atoi(redisconn.Field(info, "process_id"))
	return pid
}

// A shop publishes orders to a server that comes and goes, and knows which were answered 202.
type shop struct {
	mu       sync.Mutex
	url      string
	recorded []order.OrderID
}

func (s *shop) at(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = url
}

func (s *shop) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.recorded)
}

// publish posts an order that was not posted before.
func (s *shop) publish(token string, n int) {
	s.mu.Lock()
	url := s.url
	s.mu.Unlock()
	req, _ := http.NewRequest(http.MethodPost, url+wire.PublishPath, strings.NewReader(publication("42", order.OrderID(fmt.Sprint(n)))))
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return // nobody knows what became of that one
	}
	_ = res.Body.Close()
	if res.StatusCode == http.StatusAccepted {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.recorded = append(s.recorded, order.OrderID(fmt.Sprint(n)))
	}
}

// kill kills processes, and does not ask them first.
func kill(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && pid != 0 {
			t.Log(pid, err)
		}
	}
}

func TestKillingAServerAndItsOwnRedisAtRandomMomentsLosesNothingThatWasAnswered202(t *testing.T) {
	dir := dataFolder(t)
	var server *exec.Cmd
	var s shop
	up := func() {
		var url string
		server, url = process(t, "--data", dir)
		s.at(url)
	}
	up()
	token := signed(t, claims(wire.RolePublisher, "42"))
	begin := connect(t, s.url, "42").connected["id"]
	stop := make(chan struct{})
	var publishing sync.WaitGroup
	for first := range 4 {
		publishing.Go(func() {
			for n := first; ; n += 4 {
				select {
				case <-stop:
					return
				default:
					s.publish(token, n)
				}
			}
		})
	}
	for round := range 6 {
		enough := s.count() + 1 + rand.IntN(100)
		eventually(t, "orders are recorded", func() bool { return s.count() >= enough })
		redis := redisOf(t, dir)
		switch round % 3 {
		case 0:
			kill(t, server.Process.Pid, redis)
		case 1:
			kill(t, redis)
			continue // the server starts it again
		case 2:
			kill(t, server.Process.Pid)
		}
		_ = server.Wait()
		up()
	}
	close(stop)
	publishing.Wait()
	t.Logf("%d orders were answered 202", s.count())
	s.wantsAll(t, begin)
}

// wantsAll reads the log as a device that has been away since begin, which must get each order once.
func (s *shop) wantsAll(t *testing.T, begin string) {
	t.Helper()
	missing := map[order.OrderID]bool{}
	for _, n := range s.recorded {
		missing[n] = true
	}
	seen := map[order.OrderID]bool{}
	for pc := connectAfter(t, s.url, "42", begin); len(missing) > 0; {
		n := pc.order(t, "42")
		if seen[n] {
			t.Fatalf("order %s rings twice", n)
		}
		seen[n] = true
		delete(missing, n)
	}
}

func TestAServerWithItsOwnFolderKeepsKeysAndDevicesToo(t *testing.T) {
	dir := dataFolder(t)
	// A server that finds no keys makes them, and finds them the next time.
	args := []string{"--data", dir, "--keys", ""}
	first := serve(t, args...)
	if code, _, stderr := do(t, nothing, "order", "--data", dir, "--mart", "42", "--order", "1"); code != exitDone {
		t.Fatal(stderr)
	}
	keys := filepath.Join(dir, "keys.json")
	made, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	first.stop(t)
	second := serve(t, args...)
	if found, _ := os.ReadFile(keys); string(found) != string(made) {
		t.Error("the key file has changed")
	}
	if _, out, stderr := do(t, nothing, "order", "--data", dir, "--mart", "42", "--order", "1", "--show"); !strings.Contains(out, "recorded") {
		t.Error(out, stderr)
	}
	if code, _, stderr := do(t, nothing, "serve", "--listen", "127.0.0.1:0", "--data", dir); code != exitFailed || !strings.Contains(stderr, "another jumun-server uses this folder") {
		t.Error(code, stderr)
	}
	second.stop(t)
	t.Setenv("PATH", dir)
	if code, _, stderr := do(t, nothing, "serve", "--listen", "127.0.0.1:0", "--data", dir); code != exitFailed || !strings.Contains(stderr, "apt install redis-server") {
		t.Error(code, stderr)
	}
}

func TestWhereItsRedisCannotReadItsFilesAServerThatStartsWithoutThemKeepsItsKeys(t *testing.T) {
	dir := dataFolder(t)
	args := []string{"--data", dir, "--keys", ""}
	serve(t, args...).stop(t)
	token := signedWith(t, filepath.Join(dir, "keys.json"), claims(wire.RoleDevice, "42"))
	files, err := filepath.Glob(filepath.Join(dir, "redis", "appendonlydir", "*.incr.aof"))
	if err != nil || len(files) != 1 {
		t.Skip("this Redis keeps its log in other files: ", files, err)
	}
	if err := os.WriteFile(files[0], []byte("not what Redis writes\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := do(t, nothing, "serve", "--listen", "127.0.0.1:0", "--data", dir); code != exitFailed || !strings.Contains(stderr, `"A damaged folder"`) {
		t.Error(code, stderr)
	}
	if err := os.Rename(filepath.Join(dir, "redis"), filepath.Join(dir, "damaged")); err != nil {
		t.Fatal(err)
	}
	if status := heardBy(t, serve(t, args...).url, token, "42"); status != http.StatusOK {
		t.Errorf("the PC gets %d", status)
	}
}

func TestRevocationsAreKeptWhereTheServerMayWriteThoughTheKeysAreElsewhere(t *testing.T) {
	revoked := filepath.Join(t.TempDir(), "revoked.json")
	serve(t, "--redis", redistest.Start(t).URL(), "--revoked", revoked)
	eventually(t, "the file is there", func() bool {
		_, err := os.Stat(revoked)
		return err == nil
	})
}
