package player

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/internal/ipc"
)

// nullSink is a sink that drops the sound. In the beginning, sound may wait two seconds for
// it; it does not wait for a pacedSink.
const nullSink = "module-null-sink sink_name=till"

func pacedSink(t *testing.T) string {
	return "module-pipe-sink sink_name=till use_system_clock_for_timing=yes file=" + filepath.Join(t.TempDir(), "fifo")
}

// throughServer returns an environment in which ALSA plays through a sound server, as on a
// desktop.
func throughServer(t *testing.T, s *soundServer) []string {
	t.Helper()
	conf := filepath.Join(t.TempDir(), "asound.conf")
	if err := os.WriteFile(conf, []byte("pcm.!default { type pulse }\nctl.!default { type pulse }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return append([]string{"ALSA_CONFIG_PATH=" + conf}, s.env...)
}

func TestACheckFindsADeviceAndReportsWhetherASoundWouldBeHeard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		control []string
		want    string
		reason  string
	}{
		{"not muted", nil, ipc.PlayerAudible, ""},
		{"muted", []string{"set-sink-mute", "till", "1"}, ipc.PlayerMuted, ipc.Muted},
		{"no longer muted, but at no volume", []string{"set-sink-mute", "till", "0"}, ipc.PlayerAudible, ""},
		{"at no volume", []string{"set-sink-volume", "till", "0"}, ipc.PlayerMuted, ipc.NoVolume},
		{"one loudspeaker of two at no volume", []string{"set-sink-volume", "till", "0", "65536"}, ipc.PlayerAudible, ""},
	}
	server := startServer(t, pacedSink(t))
	for _, tt := range tests {
		if tt.control != nil {
			server.control(tt.control...)
		}
		p := startTask(t, throughServer(t, server), ipc.ToPlayer{Check: true})
		if l := p.expect(tt.want); l.Reason != tt.reason {
			t.Errorf("%s: %+v", tt.name, l)
		}
		p.expect(ipc.PlayerStarted)
		p.wait(0)
	}
}

func TestACheckPlaysNothingAndEndsSoon(t *testing.T) {
	t.Parallel()
	dev := recorder(t)
	p := startTask(t, dev.Env, ipc.ToPlayer{Check: true})
	if l := p.expect(ipc.PlayerStarted); l.Samples < rate*3/10+maxInFlight { // fewer may only have filled a buffer
		t.Errorf("%+v", l)
	}
	p.wait(0)
	t.Logf("%v of CPU", p.cmd.ProcessState.UserTime()+p.cmd.ProcessState.SystemTime())
	s := recorded(t, dev)
	for i, f := range s.Frames {
		if f != [2]float32{} {
			t.Fatalf("frame %d of %d is %v", i, len(s.Frames), f)
		}
	}
	if length := s.End.Sub(s.Opened); length > 2*time.Second {
		t.Errorf("it held the device for %v", length)
	} else {
		t.Logf("it held the device for %v", length)
	}
}

func TestACheckReportsWhyNothingWouldBeHeard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		env    func(t *testing.T) []string
		reason string
	}{
		{"no device", func(t *testing.T) []string { return must(alsa.NewAbsent(t.TempDir()))(t).Env }, ipc.NoDevice},
		{"a device that pulls too fast", func(t *testing.T) []string { return must(alsa.NewUnpaced(t.TempDir()))(t).Env }, ipc.NoDevice},
		{"a sound server without a device", func(t *testing.T) []string {
			return throughServer(t, startServer(t, "module-always-sink"))
		}, ipc.NoDevice},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := startTask(t, tt.env(t), ipc.ToPlayer{Check: true})
			if l := p.expect(ipc.PlayerFailed); l.Reason != tt.reason || l.Detail == "" {
				t.Errorf("%+v", l)
			}
			p.wait(1)
		})
	}
}

func TestTheEndOfTheInputEndsACheck(t *testing.T) {
	t.Parallel()
	server := startServer(t, nullSink)
	_ = syscall.Kill(server.pid, syscall.SIGSTOP) // so that the check does not end by itself
	p := startTask(t, throughServer(t, server), ipc.ToPlayer{Check: true})
	_ = p.in.Close()
	p.wait(0)
}

func TestASoundReportsWhenTheSystemIsMutedMeanwhile(t *testing.T) {
	t.Parallel()
	server, dev := startServer(t, nullSink), recorder(t)
	server.control("set-sink-mute", "till", "1")
	play := repeating(0)
	p := startTask(t, append(dev.Env, server.env...), ipc.ToPlayer{Play: &play})
	if l := p.expect(ipc.PlayerMuted); l.Reason != ipc.Muted {
		t.Errorf("%+v", l)
	}
	p.expect(ipc.PlayerStarted)
	server.control("set-sink-mute", "till", "0")
	p.waitFor(ipc.PlayerAudible)
	server.control("set-sink-volume", "till", "0%")
	if l := p.waitFor(ipc.PlayerMuted); l.Reason != ipc.NoVolume {
		t.Errorf("%+v", l)
	}
	server.control("load-module", "module-null-sink", "sink_name=other")
	server.control("set-default-sink", "other") // as when headphones are plugged in
	p.waitFor(ipc.PlayerAudible)
	for range 5 { // of half a second each: nothing is reported twice
		p.expect(ipc.PlayerPlayed)
	}
	_ = syscall.Kill(server.pid, syscall.SIGKILL)
	for range 5 { // the end of the server is not reported, and the sound goes on
		p.expect(ipc.PlayerPlayed)
	}
	_ = p.cmd.Process.Kill()
}

func TestTheStateOfTheMixerIsReportedBeforeTheStart(t *testing.T) {
	var out bytes.Buffer
	p := &playback{out: ipc.NewWriter(&out), play: &ipc.Play{}, source: &source{}}
	pull(p.source, 2*prefill)
	if _, err := p.poll(); err != nil || out.Len() != 0 {
		t.Errorf("%v, sent %q", err, out.String())
	}
	if err := p.reportMixer(mixerReport{mixerState{known: true, reason: ipc.Muted}, ""}); err != nil {
		t.Error(err)
	}
	if _, err := p.poll(); err != nil {
		t.Error(err)
	}
	var events []string
	_ = ipc.ReadLines(&out, func(l ipc.FromPlayer) { events = append(events, l.Event) }, func(err error) { t.Error(err) })
	if !slices.Equal(events, []string{ipc.PlayerMuted, ipc.PlayerStarted}) {
		t.Errorf("sent %v", events)
	}
}

func TestASoundGoesOnWhenTheSoundServerDoesNotAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		env  func(t *testing.T) []string
	}{
		{"a server that hangs", func(t *testing.T) []string {
			s := startServer(t, nullSink)
			_ = syscall.Kill(s.pid, syscall.SIGSTOP)
			return s.env
		}},
		{"a socket without a server", func(t *testing.T) []string {
			s := startServer(t, nullSink)
			_ = syscall.Kill(s.pid, syscall.SIGKILL)
			return s.env
		}},
		{"a server without a device, while ALSA has one of its own", func(t *testing.T) []string { return startServer(t, "module-always-sink").env }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env, dev, play := tt.env(t), recorder(t), once(1)
			p := startTask(t, append(dev.Env, env...), ipc.ToPlayer{Play: &play})
			p.expect(ipc.PlayerStarted)
			p.expect(ipc.PlayerPlayed)
			p.wait(0)
			if m := alsa.Find(withoutDropouts(t, recorded(t, dev)), chirp(rate/2)); m.Correlation < 0.99 {
				t.Errorf("heard %+v", m)
			}
		})
	}
}

func TestAServerThatRestartedIsAskedAgain(t *testing.T) {
	server := startServer(t, nullSink)
	t.Setenv("PULSE_SERVER", "unix:"+server.socket)
	var m mixer
	defer m.close()
	state := func() mixerState { controls, _ := m.controls(); return stateOf(controls) }
	if s := state(); s != (mixerState{known: true}) {
		t.Fatalf("%+v", s)
	}
	_ = m.server.conn.Close() // as when the server ends
	if s := state(); s.known {
		t.Errorf("known without a server: %+v", s)
	}
	if s := state(); s != (mixerState{known: true}) {
		t.Errorf("after the restart: %+v", s)
	}
}

func TestWithoutASoundServerTheMixerAnswersAtOnce(t *testing.T) {
	begin := time.Now()
	if p := dialPulse([]string{filepath.Join(t.TempDir(), "none"), t.TempDir()}, begin.Add(mixerTimeout)); p != nil {
		t.Error("there is one")
	}
	if took := time.Since(begin); took > mixerTimeout/2 {
		t.Errorf("it took %v", took)
	}
}

func TestASoundServerIsFoundWhereItListens(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want []string
	}{
		{"of the user's session", map[string]string{"XDG_RUNTIME_DIR": "/run/user/1000"}, []string{"/run/user/1000/pulse/native", "/run/pulse/native"}},
		{"in a folder of its own first", map[string]string{"XDG_RUNTIME_DIR": "/r", "PULSE_RUNTIME_PATH": "/p"}, []string{"/p/native", "/r/pulse/native", "/run/pulse/native"}},
		{"of the whole system", nil, []string{"/run/pulse/native"}},
		{"given as a path", map[string]string{"PULSE_SERVER": "/tmp/s", "XDG_RUNTIME_DIR": "/r"}, []string{"/tmp/s"}},
		{"given as a socket", map[string]string{"PULSE_SERVER": "unix:/mnt/wslg/PulseServer"}, []string{"/mnt/wslg/PulseServer"}},
		{"the local ones of a list", map[string]string{"PULSE_SERVER": "{till}unix:/a tcp:far:4713 {odd /b"}, []string{"/a", "/b"}},
		{"none of another machine", map[string]string{"PULSE_SERVER": "tcp:far"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := serverSockets(func(name string) string { return tt.env[name] }); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
