package settings

import "os"

// A file beside the one that was set aside says that nobody has read about it yet: a command that has no
// window may have met it first.
func unread(path string) string { return path + ".unread" }

// Damaged returns why Load could not use the file at path, or not all of it, and what it could use, from
// then on until MarkRead; nil if it could.
func Damaged(path string) (Settings, *CorruptError) {
	kept := path + damaged
	if _, err := os.Stat(unread(path)); err != nil {
		return Default(), nil
	}
	raw, err := readFile(kept)
	if err != nil {
		return Default(), nil
	}
	usable, cause := parse(raw)
	if cause == nil {
		return usable, nil
	}
	return usable, &CorruptError{Kept: kept, Cause: cause}
}

// MarkRead takes that a person has read about a damaged file at path.
func MarkRead(path string) {
	_ = os.Remove(unread(path)) // as a rule there is none; else it is read about once more
}
