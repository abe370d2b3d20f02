package command

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxMap is the longest file of computers: wire.MaxComputers with long names.
const maxMap = wire.MaxEnrolment

var errNoText = errors.New("it is not text in UTF-8")

// readMap reads which computer is at which mart.
func readMap(path string) ([]wire.Computer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, advise(err, "check --map", "--map을 확인하세요")
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxMap+1))
	if err == nil && len(raw) > maxMap {
		err = fmt.Errorf("it has more than %d bytes", maxMap)
	}
	var list []wire.Computer
	if err == nil {
		list, err = parseMap(raw)
	}
	switch {
	case errors.Is(err, errNoText):
		return nil, advise(fmt.Errorf("%s: %w", path, err), `save it as "CSV UTF-8"`, `"CSV UTF-8" 형식으로 저장하세요`)
	case err != nil:
		return nil, advise(fmt.Errorf("%s: %w", path, err), "write a line for each computer: its name, the ID of its mart, and if you like the mart's name", "한 줄에 PC 하나씩 PC 이름, 매장 ID, (원하면) 매장 이름을 적으세요")
	}
	return list, nil
}

// parseMap reads lines of computer, mart and the mart's name, as spreadsheets write them: with a byte order mark,
// with semicolons or tabs for commas, and with a first line of headings.
func parseMap(raw []byte) (list []wire.Computer, err error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) || bytes.IndexByte(raw, 0) >= 0 { // of UTF-16 every other byte is 0
		return nil, errNoText
	}
	lines := csv.NewReader(bytes.NewReader(raw))
	lines.Comma, lines.FieldsPerRecord, lines.TrimLeadingSpace = separator(raw), -1, true
	for {
		fields, err := lines.Read()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := lines.FieldPos(0)
		if len(list) == 0 && isHeading(fields) || strings.TrimSpace(strings.Join(fields, "")) == "" {
			continue
		}
		c, err := parseComputer(fields)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if list = append(list, c); len(list) > wire.MaxComputers {
			return nil, fmt.Errorf("it has more than %d computers", wire.MaxComputers)
		}
	}
}

// isHeading reports whether a line names its columns. A computer may be called "pc", but not at the mart "mart".
func isHeading(fields []string) bool {
	is := func(i int, words ...string) bool {
		return i < len(fields) && slices.Contains(words, strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(fields[i])))
	}
	return is(0, "computer") || is(0, "name", "computername", "hostname", "pc", "pcname", "이름", "컴퓨터", "컴퓨터이름", "pc이름") &&
		is(1, "mart", "martid", "store", "storeid", "매장", "매장id", "매장번호")
}

// separator returns what stands between the fields: a comma, or what the first line has in its place.
func separator(raw []byte) rune {
	first, _, _ := bytes.Cut(bytes.TrimLeft(raw, "\r\n"), []byte("\n"))
	for _, other := range ";\t" {
		if bytes.ContainsRune(first, other) && !bytes.ContainsRune(first, ',') {
			return other
		}
	}
	return ','
}

func parseComputer(fields []string) (c wire.Computer, err error) {
	if len(fields) < 2 {
		return c, errors.New("it has no mart")
	}
	if c.Computer = wire.ComputerName(fields[0]); c.Computer == "" {
		return c, errors.New("it has no name of a computer")
	}
	if c.MartID, err = order.ParseMartID(strings.TrimSpace(fields[1])); err == nil {
		err = oneMart(c.MartID)
	}
	if len(fields) > 2 {
		c.Name = order.Line(strings.TrimSpace(fields[2]), order.MaxName)
	}
	return c, err
}
