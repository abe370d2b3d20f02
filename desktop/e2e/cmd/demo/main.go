//go:build linux

// Command demo shows what jumun does: it runs a server, the app and a store that gets orders.
//
// With a display and a sound device it runs until Ctrl-C. Otherwise it replaces what is
// missing, and checks that the first order was seen and heard: it saves a screenshot and a
// recording, closes the app, and exits with 0 only if both are right and the head office is told of the next order.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"jumun/desktop/e2e/harness"
	"jumun/desktop/internal/ipc"
)

// limit is how long the check may take. It takes 15 s on an idle machine.
const limit = 3 * time.Minute

func main() {
	if captured, err := harness.Capture(os.Args, os.Stdin); captured {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// A demo is one run.
type demo struct {
	*harness.Session
	out      io.Writer
	programs string // the directory of the built programs
	screen   bool   // there is a display; else the session opens one
	sound    bool   // there is a sound device
	pc       *harness.PC
	office   *office
}

func run(ctx context.Context, out io.Writer) (err error) {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s, err := harness.New()
	if err != nil {
		return err
	}
	d := &demo{
		Session: s, out: out, programs: filepath.Dir(self),
		screen: hasScreen(os.Getenv) && harness.CanShow(os.Getenv("DISPLAY")),
		sound:  hasSound(os.Getenv, exists),
	}
	defer func() {
		logs := s.Logs()
		err = errors.Join(err, s.Close())
		if err != nil && ctx.Err() == nil {
			fmt.Fprintln(out, logs)
		}
	}()
	if d.screen && d.sound {
		return asked(ctx, d.show(ctx))
	}
	within, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("nothing was proved within %v", limit))
	defer cancel()
	if err := d.show(within); err != nil {
		return asked(ctx, err)
	}
	if err := d.verify(within); err != nil {
		return asked(ctx, err)
	}
	return asked(ctx, d.miss(within))
}

// asked returns nil if a person ended the demo, and err otherwise.
func asked(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (d *demo) say(english, korean string) { fmt.Fprintf(d.out, "%s / %s\n", english, korean) }

// show starts everything. With a display and a sound device, it lasts until ctx ends.
func (d *demo) show(ctx context.Context) error {
	if err := d.prepare(ctx); err != nil {
		return err
	}
	redis, err := d.serve(ctx)
	if err != nil {
		return err
	}
	if err := d.pc.Open(); err != nil {
		return err
	}
	d.say("the app: in the tray", "앱: 트레이에 있습니다")
	if _, err := d.pc.UntilStatus(ctx, "the app to connect", func(s ipc.Status) bool { return s.State == ipc.Connected }); err != nil {
		return err
	}
	shop, err := d.Start("demo", os.Environ(), d.program("jumun-server"), "demo", "--mart", "42", "--redis", redis)
	if err != nil {
		return err
	}
	d.say("a pretend shop: its orders are coming now", "가상의 가게: 이제 주문이 들어옵니다")
	if !d.screen || !d.sound {
		return nil
	}
	d.say("press 확인 on the popup to confirm an order; Ctrl-C ends it all", "알림 창의 확인을 누르세요. Ctrl-C를 누르면 모두 끝납니다")
	select {
	case <-ctx.Done():
		return nil
	case <-shop.Done():
		return fmt.Errorf("the pretend shop has ended: %s", shop.Tail())
	case <-d.pc.Agent.Done():
		return d.miss(ctx) // a person chose to quit
	}
}

// serve starts the server and returns the URL of its Redis.
func (d *demo) serve(ctx context.Context) (string, error) {
	port, err := harness.FreePort(8080)
	if err != nil {
		return "", err
	}
	redis, err := harness.FreePort(16379)
	if err != nil {
		return "", err
	}
	at := fmt.Sprintf("127.0.0.1:%d", redis)
	address := "redis://" + at
	if d.office, err = openOffice(d.Dir); err != nil {
		return "", err
	}
	server, err := d.OpenServer(ctx, d.program("jumun-server"), port, address, "--embedded-listen", at, "--escalation", d.office.policy)
	if err != nil {
		return "", err
	}
	d.say("the server: http://"+server.Addr()+", with a Redis of its own", "서버: http://"+server.Addr()+", 내장 Redis")
	if err := d.pc.Pair(ctx, server, "42"); err != nil {
		return "", err
	}
	d.say("the app is paired with mart 42, by a one-time code", "일회용 코드로 앱을 매장 42에 등록했습니다")
	code, err := server.Code(ctx, "42")
	if err != nil {
		return "", err
	}
	page := fmt.Sprintf("http://localhost:%d/receiver#mart=42&code=%s", port, code) // browsers keep the cookie of localhost without TLS
	d.say("the same in a browser: "+page, "브라우저에서도 됩니다: "+page)
	return address, d.sayConsole(ctx, server, fmt.Sprintf("http://localhost:%d", port))
}

// sayConsole says where the head office looks, by a link that signs in once.
func (d *demo) sayConsole(ctx context.Context, server *harness.Server, at string) error {
	keys, err := d.Keys(ctx, d.program("jumun-server"))
	if err != nil {
		return err
	}
	out, err := server.Admin(ctx, "admin-link", "--keys", keys, "--public-url", at, "--json")
	if err != nil {
		return err
	}
	var link struct{ Page string }
	if err := json.Unmarshal(out, &link); err != nil {
		return fmt.Errorf("jumun-server admin-link printed %q: %w", out, err)
	}
	d.say("what the head office sees: "+link.Page, "본사에서 보는 화면입니다: "+link.Page)
	return nil
}

func (d *demo) program(name string) string { return filepath.Join(d.programs, name) }

// prepare makes the PC, and the devices that this computer lacks.
func (d *demo) prepare(ctx context.Context) (err error) {
	if !d.screen {
		d.say("no display here: using one in memory", "화면이 없어 메모리에 하나를 만듭니다")
		if err := d.OpenScreen(ctx); err != nil {
			return err
		}
	}
	if d.pc, err = d.NewPC("pc", d.program("jumun")); err != nil {
		return err
	}
	if d.screen {
		d.pc.UseOwnSession()
	}
	if d.sound {
		d.pc.UseOwnSound()
		return nil
	}
	d.say("no sound device here: recording to a file", "소리 장치가 없어 파일에 녹음합니다")
	return d.pc.PlugIn()
}
