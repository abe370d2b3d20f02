package player

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jumun/desktop/internal/ipc"
)

// stream returns the number of the only stream that plays.
func (s *soundServer) stream() string {
	s.t.Helper()
	number, _, found := strings.Cut(s.control("list", "short", "sink-inputs"), "\t")
	if !found {
		s.t.Fatal("nothing plays")
	}
	return number
}

func TestASoundReportsWhenTheProgramAloneIsMutedOrLow(t *testing.T) {
	t.Parallel()
	server, play := startServer(t, pacedSink(t)), repeating(0)
	p := startTask(t, throughServer(t, server), ipc.ToPlayer{Play: &play})
	p.expect(ipc.PlayerAudible)
	p.expect(ipc.PlayerStarted)
	stream := server.stream()
	tests := []struct {
		control []string
		reason  string
	}{
		{[]string{"set-sink-input-mute", stream, "1"}, ipc.ProgramMuted},
		{[]string{"set-sink-input-mute", stream, "0"}, ""},
		{[]string{"set-sink-input-volume", stream, "3%"}, ipc.ProgramMuted},
		{[]string{"set-sink-input-volume", stream, "15%"}, ipc.Quiet},
		{[]string{"set-sink-input-volume", stream, "40%"}, ""},
		{[]string{"set-sink-volume", "till", "40%"}, ipc.Quiet}, // 16 % in effect
		{[]string{"set-sink-volume", "till", "2%"}, ipc.NoVolume},
		{[]string{"set-sink-mute", "till", "1"}, ipc.Muted},
	}
	for _, tt := range tests {
		server.control(tt.control...)
		want := ipc.PlayerMuted
		if tt.reason == "" {
			want = ipc.PlayerAudible
		}
		if l := p.waitFor(want); l.Reason != tt.reason {
			t.Errorf("%v: %+v", tt.control, l)
		}
	}
	_ = p.cmd.Process.Kill()
}

// The server applies to the next stream of a program what a person did with the last one.
func TestACheckFindsThatTheServerRememberedAMute(t *testing.T) {
	t.Parallel()
	server, play := startServer(t, pacedSink(t), "module-stream-restore"), repeating(0)
	env := throughServer(t, server)
	p := startTask(t, env, ipc.ToPlayer{Play: &play})
	p.waitFor(ipc.PlayerStarted)
	server.control("set-sink-input-mute", server.stream(), "1")
	p.waitFor(ipc.PlayerMuted)
	_ = p.in.Close()
	p.wait(0)
	check := startTask(t, env, ipc.ToPlayer{Check: true})
	if l := check.expect(ipc.PlayerMuted); l.Reason != ipc.ProgramMuted {
		t.Errorf("%+v", l)
	}
	check.expect(ipc.PlayerStarted)
	check.wait(0)
}

func TestARaisedAlarmIsHeardAndTheMixerIsPutBack(t *testing.T) {
	t.Parallel()
	server, play := startServer(t, pacedSink(t)), repeating(0)
	server.control("set-sink-volume", "till", "10%", "20%")
	server.control("set-sink-mute", "till", "1")
	play.Raise = true
	p := startTask(t, throughServer(t, server), ipc.ToPlayer{Play: &play})
	p.expect(ipc.PlayerAudible)
	p.waitFor(ipc.PlayerPlayed)
	if volume := server.control("get-sink-volume", "till"); !strings.Contains(volume, "80%") {
		t.Errorf("it rings at %s", volume)
	}
	if mute := server.control("get-sink-mute", "till"); !strings.Contains(mute, "no") {
		t.Errorf("it rings with %s", mute)
	}
	_ = p.in.Close()
	p.wait(0)
	volume, mute := server.control("get-sink-volume", "till"), server.control("get-sink-mute", "till")
	if !strings.Contains(volume, "10%") || !strings.Contains(volume, "20%") || !strings.Contains(mute, "yes") {
		t.Errorf("put back to %s, %s", volume, mute)
	}
}

func TestWhatAPersonTurnedDownIsLeftAloneByTheNextProcessToo(t *testing.T) {
	t.Parallel()
	server, play := startServer(t, pacedSink(t)), repeating(0)
	server.control("set-sink-volume", "till", "10%")
	play.Raise = true
	p := startTask(t, throughServer(t, server), ipc.ToPlayer{Play: &play})
	p.expect(ipc.PlayerAudible)
	p.waitFor(ipc.PlayerPlayed)
	server.control("set-sink-volume", "till", "30%")
	told := p.waitFor(ipc.PlayerAudible)
	_ = p.in.Close()
	p.wait(0)
	play.Left = told.Left
	p = startTask(t, throughServer(t, server), ipc.ToPlayer{Play: &play})
	p.waitFor(ipc.PlayerPlayed)
	if volume := server.control("get-sink-volume", "till"); !strings.Contains(volume, "30%") || play.Left == "" {
		t.Errorf("it rings at %s; told %+v", volume, told)
	}
	_ = p.in.Close()
	p.wait(0)
	if volume := server.control("get-sink-volume", "till"); !strings.Contains(volume, "30%") {
		t.Errorf("put back to %s", volume)
	}
}

func TestATestHearsWhatLeavesTheMixer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		control []string
		want    string
	}{
		{"all of it", []string{"set-sink-volume", "till", "100%"}, ""},
		{"little", []string{"set-sink-volume", "till", "15%"}, ipc.Quiet},
		{"nothing", []string{"set-sink-mute", "till", "1"}, ipc.NoVolume},
		{"it cannot tell, since the monitor is muted", []string{"set-source-mute", "till.monitor", "1"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server, play := startServer(t, pacedSink(t)), once(0.5)
			server.control(tt.control...)
			play.Listen = true
			p := startTask(t, throughServer(t, server), ipc.ToPlayer{Play: &play})
			if l := p.waitFor(ipc.PlayerPlayed); l.Reason != tt.want {
				t.Errorf("%+v, want %q", l, tt.want)
			}
			p.wait(0)
		})
	}
}

// Here the default sound goes to a device of ALSA, and its mixer is that of a server.
func TestWithoutASoundServerTheMixerOfALSAIsAsked(t *testing.T) {
	server := startServer(t, nullSink)
	conf := filepath.Join(t.TempDir(), "asound.conf")
	text := fmt.Sprintf("ctl.!default { type pulse server \"unix:%s\" }\n", server.socket)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALSA_CONFIG_PATH", conf)
	t.Setenv("PULSE_SERVER", "unix:/nowhere")
	tests := []struct {
		control []string
		want    mixerState
	}{
		{[]string{"set-sink-volume", "till", "100%"}, mixerState{known: true}},
		{[]string{"set-sink-volume", "till", "15%"}, mixerState{true, ipc.Quiet}},
		{[]string{"set-sink-volume", "till", "0%"}, mixerState{true, ipc.NoVolume}},
		{[]string{"set-sink-mute", "till", "1"}, mixerState{true, ipc.Muted}},
	}
	for _, tt := range tests {
		server.control(tt.control...)
		var m mixer
		controls, fault := m.controls()
		if got := stateOf(controls); got != tt.want || fault != "" {
			t.Errorf("%v: %+v, want %+v", tt.control, got, tt.want)
		}
	}
}
