package player

import (
	"bytes"
	"encoding/binary"
)

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

// volumes returns the volumes of channels; 0 is silent, 65,536 is 100 %.
func (f *fields) volumes() []uint32 {
	var volumes []uint32
	for v := f.list('v', 4); len(v) >= 4; v = v[4:] {
		volumes = append(volumes, binary.BigEndian.Uint32(v))
	}
	return volumes
}

// properties returns a list of properties. Each ends with a zero byte, which is cut off.
func (f *fields) properties() map[string]string {
	list := map[string]string{}
	f.tagged('P', 0)
	for f.err == nil {
		if len(f.rest) > 0 && f.rest[0] == 'N' {
			f.rest = f.rest[1:]
			return list
		}
		key, size := f.str(), f.u32()
		if uint64(size)+5 > uint64(len(f.rest)) {
			f.err = errPulse
			break
		}
		if value := f.tagged('x', 4+int(size)); f.err == nil {
			list[key] = string(bytes.TrimRight(value[4:], "\x00"))
		}
	}
	return nil
}
