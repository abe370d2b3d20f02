package update

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jumun/desktop/internal/client"
	"jumun/shared/release"
)

// download makes a version the next program. What has come of it before is kept, and not asked for again.
func (u *Updater) download(ctx context.Context, s Server, c release.Choice, serial int64) error {
	part := u.program + ".part-" + c.SHA256[:12]
	if err := u.removeParts(part); err != nil {
		return err
	}
	err := fetch(ctx, s, c, part)
	var disk *fs.PathError
	if errors.As(err, &disk) { // orders need the room
		err = errors.Join(err, remove(part))
	}
	if err != nil {
		return err
	}
	return u.stage(part, c, serial, time.Now())
}

// removeParts deletes what has come of other versions.
func (u *Updater) removeParts(but string) error {
	dir := filepath.Dir(u.program)
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if part := filepath.Join(dir, e.Name()); part != but && strings.HasPrefix(e.Name(), filepath.Base(u.program)+".part-") {
			err = errors.Join(err, os.Remove(part))
		}
	}
	return err
}

// fetch appends to the file at part what is missing of a file, but never more than it has.
func fetch(ctx context.Context, s Server, c release.Choice, part string) error {
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil || have >= c.Size {
		return err
	}
	body, err := s.Release(ctx, c.SHA256, have)
	if errors.Is(err, client.ErrNoRange) { // a proxy may not let one go on in the middle
		err = errors.Join(err, file.Truncate(0))
	}
	if err != nil {
		return err
	}
	defer body.Close()
	n, err := io.CopyN(file, body, c.Size-have)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("it was cut off after %d of %d bytes", have+n, c.Size)
	}
	return errors.Join(err, file.Sync())
}
