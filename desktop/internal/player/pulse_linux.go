package player

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// The part of PulseAudio's native protocol about volumes and monitors (its
// src/pulsecore/native-common.h, protocol-native.c and tagstruct.h). PipeWire speaks it too.
const (
	version = 32 // of the protocol; both servers have understood it for years

	commandError           = 0
	commandReply           = 2
	commandRecord          = 5
	commandAuth            = 8
	commandName            = 9
	commandGetSink         = 21
	commandGetSource       = 23
	commandGetClient       = 27
	commandListStreams     = 30
	commandSetSinkVolume   = 36
	commandSetStreamVolume = 37
	commandSetSinkMute     = 39
	commandSetStreamMute   = 69

	noIndex  = 0xFFFFFFFF // as a sink: it is given by its name; as a channel: the one of commands
	maxReply = 1 << 18    // a sink takes 1 to 3 kB, and so does a stream
)

var errPulse = errors.New("not an answer of a sound server")

// A pulse is a connection to a sound server. It is used by one goroutine.
type pulse struct {
	conn *net.UnixConn
	tag  uint32 // of the last request
}

// login introduces us to the server. The server knows from the socket that we are the same
// user, so it accepts any cookie.
func (p *pulse) login(deadline time.Time) error {
	auth := append(u32(nil, version), 'x')
	auth = binary.BigEndian.AppendUint32(auth, 256)
	if _, err := p.request(deadline, commandAuth, append(auth, make([]byte, 256)...)); err != nil {
		return err
	}
	_, err := p.request(deadline, commandName, proplist("application.name", "jumun"))
	return err
}

// request sends a command and returns what follows the tag in its reply.
func (p *pulse) request(deadline time.Time, command uint32, args []byte) ([]byte, error) {
	if err := p.conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	p.tag++
	payload := append(u32(u32(nil, command), p.tag), args...)
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	frame = binary.BigEndian.AppendUint32(frame, noIndex)
	frame = append(frame, make([]byte, 12)...) // offset and flags, which only sound uses
	// The server asks the system who we are. The system attaches that by itself only if the
	// server asked before this is written, which is not certain: attach it here.
	credentials := syscall.UnixCredentials(&syscall.Ucred{Pid: int32(os.Getpid()), Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid())})
	if _, _, err := p.conn.WriteMsgUnix(append(frame, payload...), credentials, nil); err != nil {
		return nil, err
	}
	for { // skip what the server sends unasked, until the deadline
		channel, message, err := readFrame(p.conn)
		if err != nil {
			return nil, err
		}
		if channel != noIndex { // recorded sound
			continue
		}
		if args, mine, err := parseReply(message, p.tag); mine || err != nil {
			return args, err
		}
	}
}

// readFrame reads one frame and returns its channel and payload.
func readFrame(r io.Reader) (channel uint32, payload []byte, err error) {
	var head [20]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := binary.BigEndian.Uint32(head[:4])
	if size > maxReply {
		return 0, nil, errPulse
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(r, payload)
	return binary.BigEndian.Uint32(head[4:8]), payload, err
}

// parseReply returns the content of a message, and whether it is the reply to the request
// with that tag.
func parseReply(message []byte, tag uint32) (args []byte, mine bool, err error) {
	f := fields{rest: message}
	command, replyTag := f.u32(), f.u32()
	switch {
	case f.err != nil:
		return nil, false, f.err
	case replyTag != tag:
		return nil, false, nil
	case command == commandError:
		return nil, true, fmt.Errorf("the sound server answered error %d", f.u32())
	case command != commandReply:
		return nil, true, errPulse
	}
	return f.rest, true, nil
}

// u32 and str append a number and a string in the encoding of the protocol.
func u32(to []byte, v uint32) []byte {
	return binary.BigEndian.AppendUint32(append(to, 'L'), v)
}

func str(to []byte, s string) []byte {
	return append(append(append(to, 't'), s...), 0)
}

// boolean appends a truth value, and proplist a list of one property.
func boolean(to []byte, yes bool) []byte {
	if yes {
		return append(to, '1')
	}
	return append(to, '0')
}

func proplist(key, value string) []byte {
	list := str([]byte{'P'}, key)
	list = append(u32(list, uint32(len(value)+1)), 'x')
	list = binary.BigEndian.AppendUint32(list, uint32(len(value)+1))
	return append(append(append(list, value...), 0), 'N')
}
