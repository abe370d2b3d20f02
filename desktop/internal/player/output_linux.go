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

// A mixer asks the sound server, PulseAudio or PipeWire in its place, about the output
// that it plays on by default. Without a server nothing is told: ALSA alone has as many
// mixers as there are cards, and no one of them is sure to be the one that counts.
type mixer struct {
	server *pulse // nil while there is none
}

func (m *mixer) ask() output {
	until := time.Now().Add(outputPatience)
	if m.server == nil {
		m.server = dialPulse(sockets(os.Getenv), until)
	}
	if m.server == nil {
		return output{}
	}
	s, err := m.server.sink(until)
	if err != nil { // it has gone, or is no such server: the next time begins anew
		m.close()
		return output{}
	}
	return judgeSink(s, served)
}

func (m *mixer) close() {
	if m.server != nil {
		_ = m.server.conn.Close()
		m.server = nil
	}
}

// nobody is what both servers call the output that they make up when there is no other.
const nobody = "auto_null"

// judgeSink says what a sink lets through. served says whether our sound goes there.
func judgeSink(s sink, served func() bool) output {
	switch {
	case s.name == nobody && served():
		return output{told: true, reason: ipc.NoDevice}
	case s.name == nobody: // ALSA may well have a device that the server has not
		return output{}
	case s.muted:
		return output{told: true, reason: ipc.Muted}
	case s.volume == 0:
		return output{told: true, reason: ipc.NoVolume}
	}
	return output{told: true}
}

// served says whether ALSA hands our sound to a sound server: then it has loaded its
// plug-in for PulseAudio or PipeWire into this process.
func served() bool {
	maps, err := os.ReadFile("/proc/self/maps")
	return err == nil && (bytes.Contains(maps, []byte("/libasound_module_pcm_pulse.so")) ||
		bytes.Contains(maps, []byte("/libasound_module_pcm_pipewire.so")))
}

// sockets are where a sound server may listen, by what PulseAudio's own library looks at
// (pulse-client.conf(5) and its "server strings"). A server across the network is left
// out: what it plays on is not this PC's.
func sockets(getenv func(string) string) []string {
	if given := getenv("PULSE_SERVER"); given != "" {
		return givenSockets(given)
	}
	var found []string
	if dir := getenv("PULSE_RUNTIME_PATH"); dir != "" {
		found = append(found, filepath.Join(dir, "native"))
	}
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" {
		found = append(found, filepath.Join(dir, "pulse", "native"))
	}
	return append(found, "/run/pulse/native") // of a server for the whole system
}

// givenSockets are the local ones in a list such as "{till}unix:/run/a tcp:other".
func givenSockets(list string) []string {
	var found []string
	for _, s := range strings.Fields(list) {
		if host, rest, ok := strings.Cut(s, "}"); ok && strings.HasPrefix(host, "{") {
			s = rest
		}
		if s = strings.TrimPrefix(s, "unix:"); strings.HasPrefix(s, "/") {
			found = append(found, s)
		}
	}
	return found
}

// dialPulse connects to the first server that lets us in, nil if none does.
func dialPulse(sockets []string, until time.Time) *pulse {
	for _, path := range sockets {
		conn, err := (&net.Dialer{Deadline: until}).Dial("unix", path)
		if err != nil {
			continue
		}
		p := &pulse{conn: conn.(*net.UnixConn)}
		if p.greet(until) == nil {
			return p
		}
		_ = conn.Close()
	}
	return nil
}
