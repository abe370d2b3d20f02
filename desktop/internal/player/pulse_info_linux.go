package player

import (
	"os"
	"strconv"
	"time"
)

// A sink is an output of a sound server.
type sink struct {
	name    string
	monitor uint32 // the index of the source that records what it plays
	flat    bool   // the volume of a stream is what the stream has in the end, not a share of the sink's
	volumes
}

// A streamInfo is a sound that a program plays on a sink.
type streamInfo struct {
	client, sink uint32
	process      string // the process that plays; empty: the stream does not tell
	volumes
}

// The volumes of a sink or a stream.
type volumes struct {
	index    uint32
	channels []uint32
	muted    bool
}

// loudest returns the volume of the loudest channel, as a share of 100 %.
func (v volumes) loudest() float64 {
	var most uint32
	for _, c := range v.channels {
		most = max(most, c)
	}
	return float64(most) / 65536
}

const flatVolume = 0x40 // a flag of a sink

// parseSink reads the beginning of a reply about a sink. It ignores the rest, which grows
// with the version of the protocol. data may be anything.
func parseSink(data []byte) (sink, error) {
	f := fields{rest: data}
	var s sink
	s.index, s.name = f.u32(), f.str()
	f.str()          // its description
	f.tagged('a', 6) // format, channels and rate
	f.list('m', 1)   // positions of the channels
	f.u32()          // its module
	s.channels, s.muted = f.volumes(), f.boolean()
	s.monitor = f.u32()
	f.str()          // the name of the monitor
	f.tagged('U', 8) // latency
	f.str()          // driver
	s.flat = f.u32()&flatVolume != 0
	return s, f.err
}

// parseStreams reads a reply with all streams. data may be anything.
func parseStreams(data []byte) ([]streamInfo, error) {
	f := fields{rest: data}
	var all []streamInfo
	for len(f.rest) > 0 && f.err == nil {
		all = append(all, f.stream())
	}
	return all, f.err
}

func (f *fields) stream() streamInfo {
	var s streamInfo
	s.index = f.u32()
	f.str() // its name
	f.u32() // its module
	s.client, s.sink = f.u32(), f.u32()
	f.tagged('a', 6) // format, channels and rate
	f.list('m', 1)   // positions of the channels
	s.channels = f.volumes()
	f.tagged('U', 8) // latency of its buffer
	f.tagged('U', 8) // and of the sink
	f.str()          // how it is resampled
	f.str()          // driver
	s.muted = f.boolean()
	s.process = f.properties()[processID]
	f.boolean()      // corked
	f.boolean()      // it has a volume
	f.boolean()      // which can be set
	f.tagged('f', 0) // its format: a code and properties
	f.tagged('B', 1)
	f.properties()
	return s
}

// processID is the property that names the process of a client, and in PulseAudio of its streams.
const processID = "application.process.id"

// ourStream returns the newest stream that this process plays.
func (p *pulse) ourStream(deadline time.Time) (stream streamInfo, found bool, err error) {
	reply, err := p.request(deadline, commandListStreams, nil)
	if err != nil {
		return stream, false, err
	}
	all, err := parseStreams(reply)
	for _, s := range all {
		if s.process == "" {
			s.process = p.processOf(s.client, deadline)
		}
		if s.process == strconv.Itoa(os.Getpid()) {
			stream, found = s, true
		}
	}
	return stream, found, err
}

// processOf returns the process of a client, or nothing if the server does not tell.
func (p *pulse) processOf(client uint32, deadline time.Time) string {
	reply, err := p.request(deadline, commandGetClient, u32(nil, client))
	if err != nil {
		return ""
	}
	f := fields{rest: reply}
	f.u32() // its index
	f.str() // its name
	f.u32() // its module
	f.str() // driver
	return f.properties()[processID]
}

// sinkOf returns the sink of our stream, or the one that the server plays on by default.
func (p *pulse) sinkOf(stream streamInfo, hasStream bool, deadline time.Time) (sink, error) {
	if hasStream {
		return p.sinkInfo(commandGetSink, append(u32(nil, stream.sink), 'N'), deadline)
	}
	return p.sinkInfo(commandGetSink, str(u32(nil, noIndex), "@DEFAULT_SINK@"), deadline)
}

// sinkInfo asks about a sink, or about a source, of which the reply has the same fields.
func (p *pulse) sinkInfo(command uint32, args []byte, deadline time.Time) (sink, error) {
	reply, err := p.request(deadline, command, args)
	if err != nil {
		return sink{}, err
	}
	return parseSink(reply)
}

// control returns the control of a sink or a stream.
func (p *pulse) control(kind string, v volumes, program bool) control {
	return control{
		id: controlID{kind, v.index}, program: program, level: v.loudest(), muted: v.muted,
		set: func(level float64, muted bool) error {
			raised := v
			raised.channels = make([]uint32, len(v.channels))
			for i, c := range v.channels {
				raised.channels[i] = max(c, uint32(level*65536))
			}
			raised.muted = muted
			return p.setVolumes(kind, raised)
		},
		restore: func() error { return p.setVolumes(kind, v) },
	}
}

// setVolumes sets the volumes and the mute of a sink or a stream.
func (p *pulse) setVolumes(kind string, v volumes) error {
	deadline := time.Now().Add(mixerTimeout)
	setVolume, setMute, id := uint32(commandSetStreamVolume), uint32(commandSetStreamMute), u32(nil, v.index)
	if kind == "sink" {
		setVolume, setMute, id = commandSetSinkVolume, commandSetSinkMute, append(id, 'N')
	}
	args := append(append([]byte(nil), id...), 'v', byte(len(v.channels)))
	for _, c := range v.channels {
		args = append(args, byte(c>>24), byte(c>>16), byte(c>>8), byte(c))
	}
	if _, err := p.request(deadline, setVolume, args); err != nil {
		return err
	}
	_, err := p.request(deadline, setMute, boolean(append([]byte(nil), id...), v.muted))
	return err
}
