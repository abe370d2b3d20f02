// Package resp speaks as much of Redis's protocol as a benchmark needs, and copies bytes only:
// https://redis.io/docs/latest/develop/reference/protocol-spec/
package resp

import (
	"bytes"
	"errors"
	"strconv"
)

// ErrMalformed means that Redis would not send this.
var ErrMalformed = errors.New("this is no answer of Redis")

// maxAnswer bounds an incomplete answer in memory; ours have some hundred bytes.
const maxAnswer = 1 << 20

// Append appends a command to to.
func Append(to []byte, words ...string) []byte {
	to = number(to, '*', len(words))
	for _, word := range words {
		to = number(to, '$', len(word))
		to = append(to, word...)
		to = append(to, "\r\n"...)
	}
	return to
}

func number(to []byte, kind byte, n int) []byte {
	to = append(to, kind)
	to = strconv.AppendInt(to, int64(n), 10)
	return append(to, "\r\n"...)
}

// Next cuts the first answer from in. Its text is that of a string, a number or an error; of
// a list it is the last part, which is the payload of a published message. The text is a part
// of in. If the answer is not complete, size is 0 and there is no error.
func Next(in []byte) (text []byte, size int, err error) {
	line, rest, found := bytes.Cut(in, []byte("\r\n"))
	if !found {
		return nil, 0, tooLong(len(in))
	}
	if len(line) == 0 {
		return nil, 0, ErrMalformed
	}
	size = len(in) - len(rest)
	switch line[0] {
	case '+', '-', ':':
		return line[1:], size, nil
	case '$':
		return bulk(in, size, line[1:])
	case '*':
		return list(in, size, line[1:])
	}
	return nil, 0, ErrMalformed
}

func bulk(in []byte, at int, length []byte) ([]byte, int, error) {
	n, err := strconv.Atoi(string(length))
	if err != nil || n < -1 || n > maxAnswer {
		return nil, 0, ErrMalformed
	}
	if n < 0 {
		return nil, at, nil
	}
	end := at + n + len("\r\n")
	if len(in) < end {
		return nil, 0, nil
	}
	if in[end-2] != '\r' || in[end-1] != '\n' {
		return nil, 0, ErrMalformed
	}
	return in[at : at+n], end, nil
}

// maxParts is more than any answer here has. Nested lists are not supported.
const maxParts = 8

func list(in []byte, at int, length []byte) (last []byte, size int, err error) {
	n, err := strconv.Atoi(string(length))
	if err != nil || n < 0 || n > maxParts {
		return nil, 0, ErrMalformed
	}
	for range n {
		if at < len(in) && in[at] == '*' {
			return nil, 0, ErrMalformed
		}
		text, size, err := Next(in[at:])
		if err != nil || size == 0 {
			return nil, 0, err
		}
		last, at = text, at+size
	}
	return last, at, nil
}

func tooLong(n int) error {
	if n > maxAnswer {
		return ErrMalformed
	}
	return nil
}
