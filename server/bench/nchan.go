//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"jumun/server/bench/procs"
)

func startNchan(ctx context.Context, g *procs.Group, _ options) (*system, error) {
	return nchan(ctx, g, "", "")
}

func startNchanOnRedis(ctx context.Context, g *procs.Group, _ options) (*system, error) {
	redis, at, err := g.Redis(ctx)
	if err != nil {
		return nil, err
	}
	s, err := nchan(ctx, g, "upstream log { nchan_redis_server redis://"+at+"; }", "nchan_redis_pass log;")
	if err != nil {
		return nil, err
	}
	s.redis = redis
	return s, nil
}

// nchanConfig gives nginx one worker, because the bare loop has one thread. The worker runs
// as the user of this process, so it may open as many descriptors.
const nchanConfig = `%s
user %s;
worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid nginx.pid;
error_log stderr error;
events { worker_connections 19900; }
http {
	access_log off;
	keepalive_requests 1000000;
	client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
	nchan_shared_memory_size 512m;
	%s
	server {
		listen %s backlog=4096;
		location ~ ^/sub/(\w+)$ { nchan_subscriber eventsource; nchan_channel_id $1; %s }
		location ~ ^/pub/(\w+)$ { nchan_publisher; nchan_channel_id $1; %[5]s }
	}
}
`

// module is where Debian's package installs it; elsewhere nginx may have it built in.
const module = "/usr/lib/nginx/modules/ngx_nchan_module.so"

func nchan(ctx context.Context, g *procs.Group, upstream, pass string) (*system, error) {
	port, err := procs.FreePort()
	if err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	load := ""
	if _, err := os.Stat(module); err == nil {
		load = "load_module " + module + ";"
	}
	config := fmt.Sprintf(nchanConfig, load, owner(), upstream, address, pass)
	if err := os.WriteFile(g.Path("nginx.conf"), []byte(config), 0o600); err != nil {
		return nil, err
	}
	p, err := g.Start("nginx", nil, nginx(), "-p", g.Path("."), "-c", "nginx.conf")
	if err != nil {
		return nil, err
	}
	ask := func(mart string, _ int) (string, error) {
		return "GET /sub/" + mart + " HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n", nil
	}
	return &system{pods: []*procs.Process{p}, addresses: []string{address}, request: ask}, p.AwaitPort(ctx, address)
}

// owner returns the user of the worker, if nginx may choose one.
func owner() string {
	if os.Geteuid() == 0 {
		return "root"
	}
	return "nobody" // nginx ignores it then
}

// nginx is often in a directory that only root searches.
func nginx() string {
	if path, err := exec.LookPath("nginx"); err == nil {
		return path
	}
	return "/usr/sbin/nginx"
}
