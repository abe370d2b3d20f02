package orders

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"jumun/desktop/internal/atomicfile"
	"jumun/shared/order"
)

// The file is a journal. A line is one change: the CRC-32C of its JSON in eight hex digits, a
// space, the JSON. The file is only appended to, and written anew from time to time. A
// memory-mapped database was tried instead: a damaged page ended the process at every start.
// Here damage costs only the lines that it hit.

// A record is one change, to an order or to a mart. It is stored whole or not at all.
type record struct {
	Entry *Entry       `json:"entry,omitempty"` // the newest state of an order; nil: the change is about a mart
	Mart  order.MartID `json:"mart,omitempty"`  // without an Entry, whose Last and Gap these are
	Last  order.ID     `json:"last,omitempty"`  // where the mart's log had been read to
	Gap   gap          `json:"gap,omitempty"`
	// Counted is how many orders of the mart waited and are not kept. Only a journal that is written anew
	// has it, and has none of those orders.
	Counted int `json:"counted,omitempty"`

	unknown []byte // the whole line, if this version has no words for it: all else is zero then
}

// A gap is what a record says about missing orders of its mart.
type gap string

const (
	gapOpen       gap = "open"       // orders may be missing: the last ID of before is void
	gapUnreadable gap = "unreadable" // an order came that this version cannot read
	gapClosed     gap = "closed"     // a person knows
)

func (l record) mart() order.MartID {
	if l.Entry != nil {
		return l.Entry.Mart
	}
	return l.Mart
}

// maxLine is the longest line that is read, in bytes. Most have a few hundred; the longest texts
// and IDs make some 11,000, with every character escaped.
const maxLine = 16 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errDamaged = errors.New("a line is damaged")

func (l record) encode() ([]byte, error) {
	if l.unknown != nil {
		return append(slices.Clone(l.unknown), '\n'), nil
	}
	body, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encode entry: %w", err)
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(body, castagnoli), body), nil
}

// decode returns the record of a line. A line that is whole, and not of this version, is no damage: a
// newer one has written it, and may read it again.
func decode(raw []byte) (l record, err error) {
	sum, body, found := bytes.Cut(raw, []byte(" "))
	want, err := strconv.ParseUint(string(sum), 16, 32)
	if !found || err != nil || uint32(want) != crc32.Checksum(body, castagnoli) {
		return record{}, errDamaged
	}
	if json.Unmarshal(body, &l) != nil || l.mart() == "" || (l.Entry != nil && l.Entry.Order == "") {
		return record{unknown: slices.Clone(raw)}, nil
	}
	if l.Entry != nil && l.Entry.ID == "" { // versions of before named orders by their numbers
		l.Entry.ID = byNumber(l.Entry.Order)
	}
	return l, nil
}

// read calls take with each record that is whole, and returns how many lines are not. A last
// line without its end is what a crash left of a change that was never reported as stored.
func read(r io.Reader, take func(record)) (damaged int, err error) {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		raw, err := in.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return damaged, nil
		case errors.Is(err, bufio.ErrBufferFull): // the rest of it is counted as a line of its own
			damaged++
			continue
		case err != nil:
			return damaged, fmt.Errorf("read the order journal: %w", err)
		}
		l, err := decode(bytes.TrimSuffix(raw, []byte("\n")))
		if err != nil {
			if len(raw) > 1 { // an empty line ends one that was cut off
				damaged++
			}
			continue
		}
		take(l)
	}
}

// A journal is the open file.
type journal struct {
	path  string
	file  *os.File
	lines int  // in the file
	torn  bool // the last write failed, perhaps in the middle of a line
}

// append writes lines so that a crash right after it finds them.
func (j *journal) append(lines []record) error {
	if j.file == nil {
		if err := j.reopen(); err != nil {
			return err
		}
	}
	var out []byte
	if j.torn {
		out = append(out, '\n')
	}
	for _, l := range lines {
		raw, err := l.encode()
		if err != nil {
			return err
		}
		out = append(out, raw...)
	}
	if _, err := j.file.Write(out); err != nil {
		j.torn = true
		return fmt.Errorf("write the order journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		j.torn = true
		return fmt.Errorf("write the order journal: %w", err)
	}
	j.torn, j.lines = false, j.lines+len(lines)
	return nil
}

// renew replaces the file by one with just these records. If that fails, the old one stays in
// use. Both are closed during the rename: Windows renames no open file.
func (j *journal) renew(lines []record) error {
	file, err := os.OpenFile(j.path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the order journal anew: %w", err)
	}
	next := &journal{path: file.Name(), file: file}
	err = errors.Join(next.append(lines), next.close())
	if err == nil {
		_ = j.close() // it may be closed already; what it holds is in the new one
		err = atomicfile.Rename(next.path, j.path)
	}
	if err == nil {
		j.lines, j.torn = len(lines), false
		err = atomicfile.SyncDir(filepath.Dir(j.path))
	}
	return errors.Join(err, j.reopen())
}

func (j *journal) reopen() (err error) {
	if j.file != nil {
		_ = j.file.Close() // it may be closed already
	}
	j.file, err = os.OpenFile(j.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	return err
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
