package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// longestSocket is how long a socket's path may be, in bytes: 108 with the end mark on
// Linux and Windows, 104 on macOS.
const longestSocket = 103

// Dir is the directory that stands for this user's session: in XDG_RUNTIME_DIR, which
// is the session's own, else in the user's cache. Start makes it.
func Dir() (string, error) {
	if run := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(run) && fits(filepath.Join(run, "jumun")) {
		return filepath.Join(run, "jumun"), nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for the agent's socket: set the environment variable HOME / 소켓을 둘 곳이 없습니다: 환경 변수 HOME을 정하세요: %w", err)
	}
	if dir := filepath.Join(cache, "jumun", "run"); fits(dir) {
		return dir, nil
	}
	// Start refuses it if another user was there first.
	if dir := filepath.Join(os.TempDir(), "jumun-"+strconv.Itoa(os.Getuid())); fits(dir) {
		return dir, nil
	}
	return "", errors.New("the paths for the agent's socket are too long: set XDG_RUNTIME_DIR to a short one / 소켓 경로가 너무 깁니다: XDG_RUNTIME_DIR을 짧게 정하세요")
}

func fits(dir string) bool { return len(filepath.Join(dir, socketName)) <= longestSocket }

// dial connects to the agent that holds dir.
func dial(ctx context.Context, dir string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(dir, socketName))
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("%w: %w", ErrNotRunning, err)
	}
	if err != nil {
		return nil, noAnswer(ctx, err)
	}
	return conn, nil
}
