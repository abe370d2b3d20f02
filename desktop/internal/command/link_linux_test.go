package command

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

const aLink = "jumun://pair?server=https://jumun.example.com&mart=42&code=ABCD-EFGH"

func TestALinkIsHandedToTheAgentThatRuns(t *testing.T) {
	newHome(t)
	asked := fakeAgent(t, ipc.Reply{})
	if code, out, errs := run(aLink); code != done || out+errs != "" {
		t.Errorf("%d, %q, %q", code, out, errs)
	}
	if c := <-asked; c.Do != ipc.DoShow || c.Link != aLink || len(asked) != 0 {
		t.Errorf("asked %+v, and %d more", c, len(asked))
	}
}

func TestALinkIsHandedToAnAgentThatComesUp(t *testing.T) {
	newHome(t)
	translator, err := i18n.New("ko")
	if err != nil {
		t.Fatal(err)
	}
	p := program{log: slog.New(slog.NewTextHandler(t.Output(), nil)), translator: translator}
	ctx, stop := context.WithCancelCause(t.Context())
	go func() {
		p.handOver(ctx, aLink)
		stop(errHandedOver)
	}()
	asked := fakeAgent(t, ipc.Reply{})
	if c := <-asked; c.Do != ipc.DoShow || c.Link != aLink {
		t.Errorf("asked %+v", c)
	}
	if <-ctx.Done(); !errors.Is(context.Cause(ctx), errHandedOver) || len(asked) != 0 {
		t.Errorf("%v, asked %d times more", context.Cause(ctx), len(asked))
	}
}

var errHandedOver = errors.New("handed over")

func TestABrokenLinkIsShownInTheWindow(t *testing.T) {
	newHome(t)
	asked := fakeAgent(t, ipc.Reply{})
	for _, link := range []string{"jumun://pair?mart=42", "JUMUN://PAIR?x", "jumun:" + strings.Repeat("x", 10_000)} {
		if code, _, errs := run(link); code != done {
			t.Errorf("%.50s: %d, %s", link, code, errs)
		}
		if c := <-asked; c.Do != ipc.DoShow || c.Link != link[:min(len(link), wire.MaxPairingLink)] {
			t.Errorf("asked %+v", c)
		}
	}
}

func TestWhatIsNeitherACommandNorALinkIsWrongUsage(t *testing.T) {
	newHome(t)
	asked := fakeAgent(t, ipc.Reply{})
	for _, arg := range []string{"staus", "https://pair?mart=42", "start"} {
		args := []string{arg}
		if arg == "start" {
			args = append(args, "nonsense")
		}
		if code, _, _ := run(args...); code != wrongUsage || len(asked) != 0 {
			t.Errorf("%q: it ends with %d, asked %d times", args, code, len(asked))
		}
	}
}
