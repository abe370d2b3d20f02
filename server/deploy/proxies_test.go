package deploy

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"jumun/server/internal/redistest"
)

// A proxy is one of the samples, and how to make it run as this user, beside others.
type proxy struct {
	name, sample string
	// command returns what runs it. config is the sample with our ports and certificate.
	command func(dir, config string) *exec.Cmd
	replace []string // of the sample, in pairs; PORT, ONE, TWO, CERT, KEY and BOTH stand for ours
}

var proxies = []proxy{
	{"nginx", "proxies/nginx.conf", func(dir, config string) *exec.Cmd {
		whole := filepath.Join(dir, "whole.conf")
		_ = os.WriteFile(whole, []byte(fmt.Sprintf("daemon off; pid %[1]s/pid; error_log stderr; events {} http { access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s; include %s; }", dir, config)), 0o600)
		return exec.Command("/usr/sbin/nginx", "-c", whole)
	}, []string{"8443 ssl", "127.0.0.1:PORT ssl", "127.0.0.1:8081", "ONE", "127.0.0.1:8082", "TWO", "/etc/ssl/jumun/cert.pem", "CERT", "/etc/ssl/jumun/key.pem", "KEY"}},
	{"haproxy", "proxies/haproxy.cfg", func(_, config string) *exec.Cmd { return exec.Command("/usr/sbin/haproxy", "-f", config) },
		[]string{":8443", "127.0.0.1:PORT", "127.0.0.1:8081", "ONE", "127.0.0.1:8082", "TWO", "/etc/ssl/jumun/both.pem", "BOTH", "maxconn 100000", "maxconn 1000"}},
	{"caddy", "proxies/Caddyfile", func(_, config string) *exec.Cmd {
		return exec.Command("/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", config)
	}, []string{"jumun.example.com {", "{\n\tadmin off\n\tauto_https off\n}\nhttps://127.0.0.1:PORT {\n\ttls CERT KEY", "127.0.0.1:8081", "ONE", "127.0.0.1:8082", "TWO"}},
}

// said is what a process writes.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// A site is a proxy with two servers behind it.
type site struct {
	t              *testing.T
	binary, keys   string
	redis, url     string
	one, two, port string
	token, sender  string
	client         *http.Client
	logs           [2]*said
	servers        [2]*exec.Cmd
}

func TestProxiesPassStreamsAndAddressesAndAPCIsBackAtOnceAfterBothServersRestarted(t *testing.T) {
	if os.Getenv("JUMUN_TEST_DEPLOY") == "" {
		t.Skip("it needs proxies and takes two minutes: make test-deploy")
	}
	binary := buildServer(t)
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, binary)
			s.startProxy(p)
			s.passesAnOrderAtOnce()
			s.keepsAQuietStream()
			s.tellsTheAddressOfTheStore()
			s.servesThePage()
			s.confirmsInAnOldBrowser()
			s.hidesTheRest()
			s.isBackAfterARestart()
		})
	}
}

func newSite(t *testing.T, binary string) *site {
	s := &site{t: t, binary: binary, redis: redistest.Start(t).URL(), keys: filepath.Join(t.TempDir(), "keys.json"), one: freeAddress(t), two: freeAddress(t)}
	_, s.port, _ = net.SplitHostPort(freeAddress(t))
	s.url = "https://127.0.0.1:" + s.port
	s.run("keygen", "--keys", s.keys)
	s.token = s.run("token", "--keys", s.keys, "--role", "device", "--mart", "42")
	s.sender = s.run("token", "--keys", s.keys, "--role", "publisher", "--mart", "*")
	s.startServers()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}} // the store
	s.client = &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	return s
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// run runs a command of jumun-server and returns what it prints.
func (s *site) run(args ...string) string {
	s.t.Helper()
	out, err := exec.Command(s.binary, args...).Output()
	if err != nil {
		s.t.Fatalf("%v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

func (s *site) startServers() {
	s.t.Helper()
	for i, address := range []string{s.one, s.two} {
		s.logs[i] = &said{}
		cmd := exec.Command(s.binary, "serve", "--listen", address, "--redis", s.redis, "--keys", s.keys, "--trusted-proxies", "127.0.0.1/32", "--drain", "1s")
		cmd.Stderr = s.logs[i]
		s.start(cmd)
		s.servers[i] = cmd
	}
	for _, address := range []string{s.one, s.two} {
		s.until("a server is ready", func() bool {
			res, err := http.Get("http://" + address + "/readyz")
			if err != nil {
				return false
			}
			_ = res.Body.Close()
			return res.StatusCode == http.StatusOK
		})
	}
}

// start starts a process, and ends it at the end of the test.
func (s *site) start(cmd *exec.Cmd) {
	s.t.Helper()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // nginx ends its workers
		_ = cmd.Wait()
	})
}

func (s *site) until(what string, is func() bool) {
	s.t.Helper()
	deadline, tick := time.After(30*time.Second), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("not so after 30 s: %s", what)
		}
	}
}

func (s *site) startProxy(p proxy) {
	s.t.Helper()
	dir := s.t.TempDir()
	cert, key, both := certificate(s.t, dir)
	raw, err := os.ReadFile(p.sample)
	if err != nil {
		s.t.Fatal(err)
	}
	text := strings.NewReplacer(p.replace...).Replace(string(raw))
	text = strings.NewReplacer("PORT", s.port, "ONE", s.one, "TWO", s.two, "CERT", cert, "KEY", key, "BOTH", both).Replace(text)
	config := filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	cmd, log := p.command(dir, config), &said{}
	cmd.Stderr, cmd.Stdout = log, log
	s.start(cmd)
	s.t.Cleanup(func() {
		if s.t.Failed() {
			s.t.Logf("%s said: %.3000s", p.name, log)
		}
	})
	s.until("the proxy answers", func() bool { _, err := s.ask("GET", "/v1/marts/42", s.token, ""); return err == nil })
}

// ask sends a request through the proxy, and returns the answer's status.
func (s *site) ask(method, path, token, body string) (int, error) {
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("X-Forwarded-For", "9.9.9.9") // a store that lies
	res, err := s.client.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// stream opens a stream through the proxy; lines is closed at its end.
func (s *site) stream() (lines <-chan string, end func(), err error) {
	ctx, cancel := context.WithCancel(s.t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", s.url+"/v1/marts/42/events", nil)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := s.client.Do(req)
	if err == nil && res.StatusCode != http.StatusOK {
		_ = res.Body.Close()
		err = fmt.Errorf("answered %s", res.Status)
	}
	if err != nil {
		cancel()
		return nil, nil, err
	}
	got := make(chan string, 100)
	go func() {
		defer close(got)
		defer res.Body.Close()
		for in := bufio.NewScanner(res.Body); in.Scan(); {
			got <- in.Text()
		}
	}()
	return got, cancel, nil
}
