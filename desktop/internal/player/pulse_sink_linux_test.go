package player

import (
	"bytes"
	"encoding/binary"
	"testing"

	"jumun/desktop/internal/ipc"
)

// sinkReply returns a reply as a server sends it.
func sinkReply(name string, muted byte, volumes ...uint32) []byte {
	b := str(str(u32(nil, 7), name), "Loudspeakers")
	b = append(b, 'a', 3, byte(len(volumes)), 0, 0, 0xBB, 0x80)
	b = append(append(b, 'm', byte(len(volumes))), bytes.Repeat([]byte{1}, len(volumes))...)
	b = append(u32(b, 9), 'v', byte(len(volumes)))
	for _, v := range volumes {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return append(b, muted, 'L', 0, 0, 0, 1)
}

func TestSinkState(t *testing.T) {
	tests := []struct {
		name     string
		reply    []byte
		onServer bool
		want     mixerState
	}{
		{"it can be heard", sinkReply("usb", '0', 65536, 65536), true, mixerState{known: true}},
		{"muted", sinkReply("usb", '1', 65536), true, mixerState{known: true, reason: ipc.Muted}},
		{"muted counts before its volume", sinkReply("usb", '1', 0), true, mixerState{known: true, reason: ipc.Muted}},
		{"no volume", sinkReply("usb", '0', 0, 0), true, mixerState{known: true, reason: ipc.NoVolume}},
		{"no volume on one side", sinkReply("usb", '0', 0, 300), true, mixerState{known: true}},
		{"a dummy sink", sinkReply("auto_null", '0', 65536), true, mixerState{known: true, reason: ipc.NoDevice}},
		{"a dummy sink, while we play past the server", sinkReply("auto_null", '1', 65536), false, mixerState{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := parseSink(tt.reply)
			if err != nil {
				t.Fatal(err)
			}
			if got := sinkState(s, func() bool { return tt.onServer }); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestATruncatedOrWrongReplyIsRefused(t *testing.T) {
	whole := sinkReply("usb", '0', 65536, 65536)
	for n := range len(whole) - 5 { // so that the mute flag is missing
		if s, err := parseSink(whole[:n]); err == nil {
			t.Errorf("%d bytes are %+v", n, s)
		}
	}
	wrong := bytes.Replace(whole, []byte{'v'}, []byte{'w'}, 1)
	if s, err := parseSink(wrong); err == nil {
		t.Errorf("%+v", s)
	}
}

func TestAReplyBelongsToTheRequestWithItsTag(t *testing.T) {
	tests := []struct {
		name    string
		message []byte
		mine    bool
		wrong   bool
	}{
		{"the reply", append(u32(u32(nil, commandReply), 5), "rest"...), true, false},
		{"the reply to an earlier request", u32(u32(nil, commandReply), 4), false, false},
		{"an error", u32(u32(u32(nil, commandError), 5), 1), true, true},
		{"a command", u32(u32(nil, 63), 5), true, true},
		{"an event", u32(u32(nil, 66), noIndex), false, false},
		{"nothing", nil, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args, mine, err := parseReply(tt.message, 5)
			if mine != tt.mine || (err != nil) != tt.wrong || !tt.wrong && tt.mine && string(args) != "rest" {
				t.Errorf("%q, %v, %v", args, mine, err)
			}
		})
	}
}

func FuzzParseSink(f *testing.F) {
	f.Add(sinkReply("usb", '0', 65536, 65536))
	f.Add(sinkReply("auto_null", '1'))
	f.Add([]byte("L\x00\x00\x00\x01Nt"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseSink(data)
		if len(s.name) > len(data) || err != nil && s.muted {
			t.Errorf("%+v, %v", s, err)
		}
		_, _, _ = parseReply(data, 1)
	})
}
