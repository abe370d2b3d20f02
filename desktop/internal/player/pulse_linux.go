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

// The part of PulseAudio's native protocol that asks about a sink (its
// src/pulsecore/native-common.h, protocol-native.c and tagstruct.h). PipeWire speaks it too.
const (
	version = 32 // of the protocol, in which both have been spoken to for years

	commandError   = 0
	commandReply   = 2
	commandAuth    = 8
	commandName    = 9
	commandGetSink = 21

	noIndex  = 0xFFFFFFFF // the sink is named, and the channel is that of commands
	maxReply = 1 << 16    // a sink takes 1 to 3 kB
)

var errPulse = errors.New("not what a sound server says")

// A pulse is a connection to a sound server. It is used by one goroutine.
type pulse struct {
	conn *net.UnixConn
	tag  uint32 // of the last request
}

// greet says who we are. The server knows by the socket that we are the same user, so the
// cookie that it wants beside that may be any.
func (p *pulse) greet(until time.Time) error {
	auth := append(u32(nil, version), 'x')
	auth = binary.BigEndian.AppendUint32(auth, 256)
	if _, err := p.request(until, commandAuth, append(auth, make([]byte, 256)...)); err != nil {
		return err
	}
	const key, name = "application.name", "jumun\x00"
	list := str(append([]byte(nil), 'P'), key)
	list = append(u32(list, uint32(len(name))), 'x')
	list = binary.BigEndian.AppendUint32(list, uint32(len(name)))
	_, err := p.request(until, commandName, append(append(list, name...), 'N'))
	return err
}

// sink asks about the sink that is played on by default.
func (p *pulse) sink(until time.Time) (sink, error) {
	reply, err := p.request(until, commandGetSink, str(u32(nil, noIndex), "@DEFAULT_SINK@"))
	if err != nil {
		return sink{}, err
	}
	return parseSink(reply)
}

// request returns what follows the tag in the reply.
func (p *pulse) request(until time.Time, command uint32, args []byte) ([]byte, error) {
	if err := p.conn.SetDeadline(until); err != nil {
		return nil, err
	}
	p.tag++
	payload := append(u32(u32(nil, command), p.tag), args...)
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
	frame = binary.BigEndian.AppendUint32(frame, noIndex)
	frame = append(frame, make([]byte, 12)...) // offset and flags, of sound only
	// The server takes the word of the system for who we are. It would be there without our
	// asking only if the server asks for it before this is written, which is not always.
	who := syscall.UnixCredentials(&syscall.Ucred{Pid: int32(os.Getpid()), Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid())})
	if _, _, err := p.conn.WriteMsgUnix(append(frame, payload...), who, nil); err != nil {
		return nil, err
	}
	for { // until the deadline, past what the server says of its own accord
		reply, err := receive(p.conn)
		if err != nil {
			return nil, err
		}
		if args, mine, err := answer(reply, p.tag); mine || err != nil {
			return args, err
		}
	}
}

// receive reads one frame and returns its payload.
func receive(r io.Reader) ([]byte, error) {
	var head [20]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:4])
	if size > maxReply {
		return nil, errPulse
	}
	payload := make([]byte, size)
	_, err := io.ReadFull(r, payload)
	return payload, err
}

// answer returns what a message holds, and whether it answers the request of a tag.
func answer(message []byte, tag uint32) (args []byte, mine bool, err error) {
	f := fields{rest: message}
	command, of := f.u32(), f.u32()
	switch {
	case f.err != nil:
		return nil, false, f.err
	case of != tag:
		return nil, false, nil
	case command == commandError:
		return nil, true, fmt.Errorf("the sound server refuses: error %d", f.u32())
	case command != commandReply:
		return nil, true, errPulse
	}
	return f.rest, true, nil
}

// u32 and str append a number and a string as the protocol has them.
func u32(to []byte, v uint32) []byte {
	return binary.BigEndian.AppendUint32(append(to, 'L'), v)
}

func str(to []byte, s string) []byte {
	return append(append(append(to, 't'), s...), 0)
}
