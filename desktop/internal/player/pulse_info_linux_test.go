package player

import (
	"bytes"
	"encoding/binary"
	"testing"

	"jumun/desktop/internal/ipc"
)

// sinkReply returns a reply as a server sends it.
func sinkReply(name string, muted byte, flags uint32, volumes ...uint32) []byte {
	b := str(str(u32(nil, 7), name), "Loudspeakers")
	b = append(b, 'a', 3, byte(len(volumes)), 0, 0, 0xBB, 0x80)
	b = append(append(b, 'm', byte(len(volumes))), bytes.Repeat([]byte{1}, len(volumes))...)
	b = append(u32(b, 9), 'v', byte(len(volumes)))
	for _, v := range volumes {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	b = str(u32(append(b, muted), 8), name+".monitor")
	b = str(append(b, 'U', 0, 0, 0, 0, 0, 0, 0, 0), "driver")
	return append(u32(b, flags), 'P', 'N')
}

// streamReply returns a reply about one stream of a process, or of a server that does not tell
// the process ("").
func streamReply(process string, muted byte, volume uint32) []byte {
	b := u32(u32(u32(str(u32(nil, 17), "order"), noIndex), 5), 7)
	b = append(b, 'a', 3, 1, 0, 0, 0xBB, 0x80, 'm', 1, 0, 'v', 1)
	b = binary.BigEndian.AppendUint32(b, volume)
	for range 2 {
		b = append(b, 'U', 0, 0, 0, 0, 0, 0, 0, 0)
	}
	b = append(str(str(b, "copy"), "driver"), muted)
	if process == "" {
		b = append(b, proplist("media.name", "x")...)
	} else {
		b = append(b, proplist(processID, process)...)
	}
	b = append(b, '0', '1', '1', 'f', 'B', 1)
	return append(b, 'P', 'N')
}

func TestTheControlsOfASoundServer(t *testing.T) {
	tests := []struct {
		name     string
		sink     []byte
		stream   []byte // nil: none
		onServer bool
		want     mixerState
	}{
		{"it can be heard", sinkReply("usb", '0', 0, 65536, 65536), nil, true, mixerState{known: true}},
		{"muted", sinkReply("usb", '1', 0, 65536), nil, true, mixerState{true, ipc.Muted}},
		{"muted counts before its volume", sinkReply("usb", '1', 0, 0), nil, true, mixerState{true, ipc.Muted}},
		{"no volume", sinkReply("usb", '0', 0, 0, 0), nil, true, mixerState{true, ipc.NoVolume}},
		{"no volume on one side", sinkReply("usb", '0', 0, 0, 60000), nil, true, mixerState{known: true}},
		{"a dummy sink", sinkReply("auto_null", '0', 0, 65536), nil, true, mixerState{true, ipc.NoDevice}},
		{"a dummy sink, while we play past the server", sinkReply("auto_null", '1', 0, 65536), nil, false, mixerState{}},
		{"the program muted", sinkReply("usb", '0', 0, 65536), streamReply("1", '1', 65536), true, mixerState{true, ipc.ProgramMuted}},
		{"both low", sinkReply("usb", '0', 0, 26000), streamReply("1", '0', 26000), true, mixerState{true, ipc.Quiet}},
		{"both low, where the stream's counts for both", sinkReply("usb", '0', flatVolume, 26000), streamReply("1", '0', 26000), true, mixerState{known: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := parseSink(tt.sink)
			if err != nil || s.monitor != 8 {
				t.Fatal(s, err)
			}
			streams, err := parseStreams(tt.stream)
			if err != nil {
				t.Fatal(err)
			}
			streams = append(streams, streamInfo{})
			controls, fault := serverControls(nil, s, streams[0], len(tt.stream) > 0, func() bool { return tt.onServer })
			got := stateOf(controls)
			if fault != "" {
				got = mixerState{true, fault}
			}
			if got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestAListOfStreamsIsRead(t *testing.T) {
	all, err := parseStreams(append(streamReply("12", '0', 1), streamReply("", '1', 2)...))
	if err != nil || len(all) != 2 || all[0].process != "12" || all[1].process != "" || all[1].sink != 7 || all[1].client != 5 || !all[1].muted {
		t.Errorf("%+v, %v", all, err)
	}
	whole := streamReply("12", '0', 1)
	for n := 1; n < len(whole); n++ {
		if s, err := parseStreams(whole[:n]); err == nil {
			t.Errorf("%d bytes are %+v", n, s)
		}
	}
}

func TestATruncatedOrWrongReplyIsRefused(t *testing.T) {
	whole := sinkReply("usb", '0', 0, 65536, 65536)
	for n := range len(whole) - 2 { // so that the flags are missing
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
	f.Add(sinkReply("usb", '0', 0, 65536, 65536))
	f.Add(sinkReply("auto_null", '1', 0))
	f.Add([]byte("L\x00\x00\x00\x01Nt"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseSink(data)
		if len(s.name) > len(data) || err != nil && s.muted {
			t.Errorf("%+v, %v", s, err)
		}
		_, _, _ = parseReply(data, 1)
		_, _ = parseStreams(data)
	})
}
