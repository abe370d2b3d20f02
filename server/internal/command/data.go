package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/localredis"
)

// keysIn returns the path of the key file in a folder of --data. It makes both if they are missing.
func keysIn(dir string) (path string, err error) {
	path = filepath.Join(dir, "keys.json")
	if err = os.MkdirAll(dir, 0o700); err == nil {
		_, err = os.Stat(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		_, err = token.AddKey(path, nil, nil, time.Now())
	}
	if err != nil {
		return "", badFolder(dir, err)
	}
	return path, nil
}

// startLocal starts the Redis of a folder.
func startLocal(ctx context.Context, dir string, log *slog.Logger) (*localredis.Redis, error) {
	r, err := localredis.Start(ctx, dir, log)
	switch {
	case errors.Is(err, localredis.ErrNone):
		return nil, advise(err, `install one, such as by "apt install redis-server" or "dnf install valkey", or name a Redis elsewhere with --redis`,
			`"apt install redis-server"나 "dnf install valkey"로 설치하거나 --redis로 다른 곳의 Redis를 지정하세요`)
	case errors.Is(err, localredis.ErrInUse):
		return nil, advise(fmt.Errorf("%s: %w", dir, err), "stop that one, or give this server another folder by --data", "그 서버를 종료하거나 --data로 다른 폴더를 지정하세요")
	case errors.Is(err, localredis.ErrDiskFull):
		return nil, advise(fmt.Errorf("%s: %w", dir, err), "make room on it", "디스크의 빈 공간을 늘리세요")
	case err != nil: // another folder is a bad way out: it has other keys
		return nil, advise(fmt.Errorf("cannot keep orders in %s (%w)", dir, err), `put that right; where files are damaged, see "A damaged folder" in OPERATING.md, and keep the key file, or every PC has to be paired again`,
			`문제를 해결하세요. 파일이 손상되었다면 OPERATING.md의 "A damaged folder"를 보세요. 키 파일이 없으면 모든 PC를 다시 등록해야 합니다`)
	}
	return r, nil
}

func badFolder(dir string, err error) error {
	return advise(fmt.Errorf("cannot keep orders in %s (%w)", dir, err),
		`put that right; another folder with --data begins without orders and without paired PCs`,
		"문제를 해결하세요. --data로 다른 폴더를 지정하면 주문도 등록된 PC도 없이 시작합니다")
}
