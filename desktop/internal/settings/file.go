package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile is far more than settings need. Longer files are not ours.
const maxFile = 64 << 10

// A CorruptError says that Load could not use the file, or not all of it. What Load
// returned beside it is safe to use: defaults stand where the file was of no use.
type CorruptError struct {
	Kept  string // where the file is now kept; empty if it could not be moved
	Cause error
}

func (e *CorruptError) Error() string { return fmt.Sprintf("settings are corrupt: %v", e.Cause) }

// Unwrap returns the cause.
func (e *CorruptError) Unwrap() error { return e.Cause }

// Path is where the settings of this user are kept.
func Path() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("no place for settings: set the environment variable HOME / 설정을 둘 곳이 없습니다: 환경 변수 HOME을 정하세요: %w", err)
	}
	return filepath.Join(dir, "jumun", "settings.json"), nil
}

// Load reads the settings at path. A missing file is not an error: it means defaults.
//
// Of a file that is not settings (a CorruptError), what can be used is used: a wrong
// volume must not cost the server's address. The file is kept as path + ".bad", in place
// of an earlier one, for a person to look at. Any other error leaves the file alone.
func Load(path string) (Settings, error) {
	raw, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return Default(), fmt.Errorf("cannot read settings: make %s a file that you may read / 설정 파일을 읽을 수 없습니다: 파일과 권한을 확인하세요: %w", path, err)
	}
	s, err := parse(raw)
	if err != nil {
		return s, setAside(path, s, err)
	}
	return s, nil
}

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a named pipe would wait for ever
		return nil, fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// setAside keeps the file at path for a person to look at, and writes what was usable of
// it in its place: a second start must not know less than the first.
func setAside(path string, usable Settings, cause error) error {
	kept := path + ".bad"
	if err := os.Rename(path, kept); err != nil {
		return &CorruptError{Cause: errors.Join(cause, err)}
	}
	if usable != Default() {
		cause = errors.Join(cause, Save(path, usable))
	}
	return &CorruptError{Kept: kept, Cause: cause}
}

// Save writes s to path, so that a crash or a full disk leaves the old file whole.
// It refuses settings that Load would not take. Fields that a newer version has written
// stay as they are.
func Save(path string, s Settings) error {
	for name, problem := range Check(s) {
		if !isMissing(problem) {
			return fmt.Errorf("settings not saved: %s: %s", name, problem)
		}
	}
	raw, err := merge(path, s)
	if err != nil {
		return err
	}
	if err := write(path, raw); err != nil {
		return fmt.Errorf("settings not saved: make room on the disk and check that you may write to %s / "+
			"설정을 저장하지 못했습니다: 디스크 공간과 폴더 권한을 확인하세요: %w", filepath.Dir(path), err)
	}
	return nil
}
