//go:build linux

package wine

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"

	"jumun/desktop/e2e/windows/seen"
)

// A probe is a program inside Windows that does what a test asks.
type probe struct {
	mu  sync.Mutex
	in  *json.Encoder
	out *bufio.Scanner
}

const probeProgram = "build/wine/probe.exe"

func (w *Windows) buildProbe() error {
	build := exec.Command("go", "build", "-o", w.Path(probeProgram), "./desktop/e2e/windows/probe")
	build.Dir, build.Env = w.root, append(os.Environ(), "GOOS=windows", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the probe: %w\n%s", err, out)
	}
	return nil
}

// startProbe starts a probe. What it starts inherits the variables for the system below Windows.
func (w *Windows) startProbe(variables ...string) (*probe, error) {
	stdin, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdin.Close()
	out, stdout, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer stdout.Close()
	cmd := exec.Command(w.Path("desktop/e2e/windows/run"), w.Path(probeProgram))
	cmd.Stdin, cmd.Stdout = stdin, stdout
	if _, err := w.StartCommand("probe", append(slices.Clone(w.env), variables...), cmd); err != nil {
		return nil, err
	}
	p := &probe{in: json.NewEncoder(in), out: bufio.NewScanner(out)}
	p.out.Buffer(nil, 1<<20)
	return p, nil
}

// ask sends a request and returns the answer.
func (p *probe) ask(r seen.Request) (a seen.Answer, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.in.Encode(r); err != nil {
		return a, fmt.Errorf("ask the probe: %w", err)
	}
	if !p.out.Scan() {
		return a, errors.Join(errors.New("the probe has ended"), p.out.Err())
	}
	if err := json.Unmarshal(p.out.Bytes(), &a); err != nil {
		return a, fmt.Errorf("the probe answered %q: %w", p.out.Text(), err)
	}
	if a.Error != "" {
		return a, fmt.Errorf("%s: %s", r.Do, a.Error)
	}
	return a, nil
}
