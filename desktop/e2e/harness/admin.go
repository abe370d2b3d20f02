//go:build linux

package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Keys returns the path of the file with the keys of all servers of the session. The first call
// makes the file with this jumun-server.
func (s *Session) Keys(ctx context.Context, program string) (string, error) {
	path := filepath.Join(s.Dir, "keys.json")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	_, err := s.admin(ctx, program, "keygen", "--keys", path)
	return path, err
}

// Token returns a token that this jumun-server makes with the session's keys.
func (s *Session) Token(ctx context.Context, program string, role wire.Role, mart order.MartID, name string) (string, error) {
	keys, err := s.Keys(ctx, program)
	if err != nil {
		return "", err
	}
	out, err := s.admin(ctx, program, "token", "--keys", keys, "--role", string(role), "--mart", string(mart), "--name", name)
	return strings.TrimSpace(string(out)), err
}

// Code returns a one-time code that pairs a device with a mart. It is stored in the server's Redis.
func (v *Server) Code(ctx context.Context, mart order.MartID) (string, error) {
	out, err := v.Admin(ctx, "pair", "--mart", string(mart), "--json")
	if err != nil {
		return "", err
	}
	var code wire.PairingCode
	if err := json.Unmarshal(out, &code); err != nil {
		return "", fmt.Errorf("jumun-server pair printed %q: %w", out, err)
	}
	return code.Code, nil
}

// Admin runs a command of jumun-server on the server's Redis, and returns what it printed.
func (v *Server) Admin(ctx context.Context, args ...string) ([]byte, error) {
	return v.session.admin(ctx, v.program, append(args, "--redis", v.redis)...)
}

func (s *Session) admin(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", s.mark()}
	return output(cmd)
}

// output runs cmd and returns its standard output. An error has its standard error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		name := strings.Join(cmd.Args[:min(2, len(cmd.Args))], " ") // a later argument may be secret
		err = fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, err
}

// Pair pairs the PC with a mart of a server, as an administrator does it without a screen.
// It has effect whether jumun runs or not.
func (p *PC) Pair(ctx context.Context, v *Server, mart order.MartID) error {
	code, err := v.Code(ctx, mart)
	if err != nil {
		return err
	}
	_, err = p.Do(ctx, "pair", "--server", "http://"+v.Addr(), "--mart", string(mart), "--code", code, "--name", p.Name)
	return err
}
