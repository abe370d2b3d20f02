//go:build linux

package procs

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func open(t *testing.T) *Group {
	t.Helper()
	g, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestCloseEndsProcessesAndTheirChildren(t *testing.T) {
	g := open(t)
	p, address, err := g.Redis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	parent, err := g.Start("sh", nil, "sh", "-c", "sleep 1000 & wait")
	if err != nil {
		t.Fatal(err)
	}
	for len(children(parent.PID)) == 0 {
		if parent.Ended() != nil {
			t.Fatal(parent.Ended())
		}
	}
	child := children(parent.PID)[0]
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if p.Ended() == nil || parent.Ended() == nil {
		t.Error("a process outlived its group")
	}
	if raw, err := os.ReadFile("/proc/" + itoa(child) + "/stat"); err == nil && !strings.Contains(string(raw), ") Z ") {
		t.Error("the process of a process outlived its group")
	}
	if ready("http://" + address) {
		t.Error("somebody still answers")
	}
}

func TestAProcessHasUsedTimeAndMemory(t *testing.T) {
	g := open(t)
	defer g.Close()
	p, _, err := g.Redis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cpu, err := p.CPU()
	if err != nil || cpu <= 0 {
		t.Errorf("CPU %v, %v", cpu, err)
	}
	rss, err := p.RSS()
	if err != nil || rss < 1<<20 {
		t.Errorf("RSS %d, %v", rss, err)
	}
	if err := p.ForgetPeak(); err != nil {
		t.Error(err)
	}
	if peak, err := p.PeakRSS(); err != nil || peak < 1<<20 {
		t.Errorf("peak %d, %v", peak, err)
	}
}

func TestTheErrorOfAProgramThatEndsHasItsOutput(t *testing.T) {
	g := open(t)
	defer g.Close()
	p, err := g.Start("sh", func(c *exec.Cmd) { c.Env = []string{"WORD=no such thing"} }, "sh", "-c", "echo $WORD >&2; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.AwaitPort(t.Context(), "127.0.0.1:1"); err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("it said %v", err)
	}
}

func TestReadKernelReturnsTheMemoryOfTheKernel(t *testing.T) {
	k, err := ReadKernel()
	if err != nil || k.Slab < 1<<20 {
		t.Errorf("%+v, %v", k, err)
	}
}
