package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"jumun/desktop/internal/atomicfile"
)

// fileName is the name of the settings file.
const fileName = "settings.json"

// damaged ends the name of a file that is kept for a person to look at.
const damaged = ".bad"

// Before ends the name of the settings of before a pairing that nobody has called right or wrong yet.
const Before = ".before"

// maxFile is far more than settings need, in bytes. A longer file is not ours.
const maxFile = 64 << 10

// A CorruptError is returned by Load if it could not use the file, or not all of it. The
// settings that Load returns with it are safe to use: where the file was of no use, they
// have defaults.
type CorruptError struct {
	Kept  string // where the file is kept now; empty if it could not be moved
	Cause error
}

// Fields returns what was not used of the file.
func (e *CorruptError) Fields() []*FieldError { return fieldErrors(e.Cause) }

func fieldErrors(err error) (list []*FieldError) {
	switch e := err.(type) {
	case *FieldError:
		return []*FieldError{e}
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			list = append(list, fieldErrors(err)...)
		}
	}
	return list
}

func (e *CorruptError) Error() string { return fmt.Sprintf("settings are corrupt: %v", e.Cause) }

// Unwrap returns the cause.
func (e *CorruptError) Unwrap() error { return e.Cause }

// Load reads the settings at path. If there is no file, it returns the defaults. What the Policy of this PC
// decides takes the place of what the file says, with every error as well. In place of a value of the policy that cannot
// be used, Load takes the one that KeepPolicy stored: a slip of an administrator must not take the shop from a PC that is
// started again.
//
// If the file is not valid, Load returns a CorruptError and the settings that it could use:
// a wrong volume must not cost the server's address. It keeps the file as path + ".bad", in
// place of an earlier one, for a person to look at. After any other error the file is
// unchanged.
func Load(path string) (Settings, error) {
	s, err := loadOwn(path)
	return ReadPolicy().Keeping(keptPolicy(path)).Apply(s), err
}

// loadOwn is Load without the policy.
func loadOwn(path string) (Settings, error) {
	raw, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return Default(), fmt.Errorf("read settings: %w", err)
	}
	s, err := parse(raw)
	if err != nil {
		return s, setAside(path, s, err)
	}
	return s, nil
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a named pipe would block for ever
		return nil, fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// setAside keeps the file at path for a person to look at, and writes what was usable in
// its place: the second start must not know less than the first.
func setAside(path string, usable Settings, cause error) error {
	kept := path + damaged
	if err := atomicfile.Rename(path, kept); err != nil {
		return &CorruptError{Cause: errors.Join(cause, err)}
	}
	_ = os.WriteFile(unread(path), nil, 0o600) // the error is returned, too
	if usable != Default() {
		cause = errors.Join(cause, Save(path, usable))
	}
	return &CorruptError{Kept: kept, Cause: cause}
}

// Forget makes the settings at path those of a PC of no mart, without an enrolment key, that does not start
// jumun at login. What was kept of others is removed.
func Forget(path string) error {
	s, err := loadOwn(path)
	var corrupt *CorruptError
	if err != nil && !errors.As(err, &corrupt) {
		return err
	}
	s.Mart, s.MartName, s.Enrol, s.Login = "", MartName{}, "", false
	for _, file := range []string{path + damaged, path + Before, keptPath(path)} {
		if err := removeIfExists(file); err != nil {
			return err
		}
	}
	MarkRead(path)
	return Save(path, s)
}

// Save writes s to path. A crash or a full disk leaves the old file whole. Save refuses
// settings that Load would not accept. It keeps fields that a newer version has written, and those that s.Policy
// decides: they are the person's again when the policy ends.
func Save(path string, s Settings) error {
	for name, problem := range Check(s) {
		if !isMissing(problem) {
			return fmt.Errorf("settings are not valid: %s: %s", name, problem)
		}
	}
	raw, err := merge(path, s)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, raw, 0o600); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}
