package player

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
)

// A mixer asks the sound server, PulseAudio or PipeWire, about our stream and the sink that it
// plays on. Without a sound server it asks ALSA's mixer.
type mixer struct {
	server *pulse // nil if not connected
	alsa   alsaMixer
}

// controls returns the volumes that our sound passes; none: nothing is known. Without a stream of
// ours the sink counts on which the next one will play.
func (m *mixer) controls() (controls []control, fault string) {
	deadline := time.Now().Add(mixerTimeout)
	if m.server == nil {
		m.server = dialPulse(serverSockets(os.Getenv), deadline)
	}
	if m.server == nil {
		return m.alsa.controls(), ""
	}
	stream, hasStream, err := m.server.ourStream(deadline)
	if err == nil {
		var s sink
		if s, err = m.server.sinkOf(stream, hasStream, deadline); err == nil {
			return serverControls(m.server, s, stream, hasStream, playsOnServer)
		}
	}
	m.close() // the server has ended, or is not one: connect again next time
	return nil, ""
}

func (m *mixer) close() {
	if m.server != nil {
		_ = m.server.conn.Close()
		m.server = nil
	}
}

// dummySink is the name of the sink that both servers make up when there is no other.
const dummySink = "auto_null"

// serverControls returns the controls of a sink and of our stream on it, if playsOnServer
// reports that the sound goes there.
func serverControls(p *pulse, s sink, stream streamInfo, hasStream bool, playsOnServer func() bool) ([]control, string) {
	switch {
	case s.name == dummySink && playsOnServer():
		return nil, ipc.NoDevice
	case s.name == dummySink: // ALSA may have a device that the server does not have
		return nil, ""
	case !hasStream:
		return []control{p.control("sink", s.volumes, false)}, ""
	}
	out := p.control("sink", s.volumes, false)
	if s.flat { // the volume of a stream counts for both
		out.level = 1
	}
	return []control{out, p.control("stream", stream.volumes, true)}, ""
}

// playsOnServer reports whether ALSA passes our sound to a sound server: then it has loaded
// its plug-in for PulseAudio or PipeWire into this process.
func playsOnServer() bool {
	maps, err := os.ReadFile("/proc/self/maps")
	return err == nil && (bytes.Contains(maps, []byte("/libasound_module_pcm_pulse.so")) ||
		bytes.Contains(maps, []byte("/libasound_module_pcm_pipewire.so")))
}

// serverSockets returns the paths at which a sound server may listen, in the order of
// PulseAudio's own library (pulse-client.conf(5), "server strings"). It leaves out servers
// in the network: what they play on is not this PC's.
func serverSockets(getenv func(string) string) []string {
	if list := getenv("PULSE_SERVER"); list != "" {
		return localSockets(list)
	}
	var paths []string
	if dir := getenv("PULSE_RUNTIME_PATH"); dir != "" {
		paths = append(paths, filepath.Join(dir, "native"))
	}
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" {
		paths = append(paths, filepath.Join(dir, "pulse", "native"))
	}
	return append(paths, "/run/pulse/native") // of a server for the whole system
}

// localSockets returns the local ones of a list such as "{till}unix:/run/a tcp:other".
func localSockets(list string) []string {
	var paths []string
	for _, s := range strings.Fields(list) {
		if host, rest, ok := strings.Cut(s, "}"); ok && strings.HasPrefix(host, "{") {
			s = rest
		}
		if s = strings.TrimPrefix(s, "unix:"); strings.HasPrefix(s, "/") {
			paths = append(paths, s)
		}
	}
	return paths
}

// dialPulse connects to the first server that accepts us, and returns nil if none does.
func dialPulse(sockets []string, deadline time.Time) *pulse {
	for _, path := range sockets {
		conn, err := (&net.Dialer{Deadline: deadline}).Dial("unix", path)
		if err != nil {
			continue
		}
		p := &pulse{conn: conn.(*net.UnixConn)}
		if p.login(deadline) == nil {
			return p
		}
		_ = conn.Close()
	}
	return nil
}
