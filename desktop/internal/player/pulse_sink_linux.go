package player

import (
	"bytes"
	"encoding/binary"
)

// A sink is an output of a sound server.
type sink struct {
	name   string
	volume uint32 // of its loudest channel; 0 is silent, 65,536 is 100 %
	muted  bool
}

// parseSink reads the beginning of a reply about a sink. It ignores the rest, which grows
// with the version of the protocol. data may be anything.
func parseSink(data []byte) (sink, error) {
	f := fields{rest: data}
	f.u32() // its index
	s := sink{name: f.str()}
	f.str()          // its description
	f.tagged('a', 6) // format, channels and rate
	f.list('m', 1)   // positions of the channels
	f.u32()          // its module
	for v := f.list('v', 4); len(v) >= 4; v = v[4:] {
		s.volume = max(s.volume, binary.BigEndian.Uint32(v))
	}
	s.muted = f.boolean()
	return s, f.err
}

// fields is a list of values, each after a letter for its type. After an error, all further
// values are zero.
type fields struct {
	rest []byte
	err  error
}

// tagged returns the n bytes after a letter.
func (f *fields) tagged(letter byte, n int) []byte {
	if f.err != nil || len(f.rest) < 1+n || f.rest[0] != letter {
		f.err = errPulse
		return nil
	}
	value := f.rest[1 : 1+n]
	f.rest = f.rest[1+n:]
	return value
}

func (f *fields) u32() uint32 {
	if v := f.tagged('L', 4); f.err == nil {
		return binary.BigEndian.Uint32(v)
	}
	return 0
}

// str returns a string. The protocol has a null string, which is empty here.
func (f *fields) str() string {
	if f.err == nil && len(f.rest) > 0 && f.rest[0] == 'N' {
		f.rest = f.rest[1:]
		return ""
	}
	end := bytes.IndexByte(f.rest, 0)
	if v := f.tagged('t', max(1, end)); f.err == nil && end > 0 {
		return string(v[:end-1])
	}
	f.err = errPulse
	return ""
}

// list returns the bytes of a list. The byte before them is its length in items of a size.
func (f *fields) list(letter byte, size int) []byte {
	n := 0
	if len(f.rest) > 1 {
		n = int(f.rest[1]) * size
	}
	if v := f.tagged(letter, 1+n); f.err == nil {
		return v[1:]
	}
	return nil
}

func (f *fields) boolean() bool {
	yes := f.err == nil && len(f.rest) > 0 && f.rest[0] == '1'
	if !yes {
		f.tagged('0', 0)
		return false
	}
	f.rest = f.rest[1:]
	return true
}
