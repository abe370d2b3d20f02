//go:build linux

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// A soundServer is a PulseAudio that remembers the volume of each program.
type soundServer struct {
	shop *shop
	env  string
}

// playThroughServer makes a PC play through a sound server, as on most desktops.
func (s *shop) playThroughServer(p *pc) *soundServer {
	s.t.Helper()
	dir, err := os.MkdirTemp("", "pulse") // short: a socket's path has 107 bytes at most
	s.must(err)
	s.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket, conf := filepath.Join(dir, "native"), filepath.Join(dir, "asound.conf")
	s.must(os.WriteFile(conf, []byte("pcm.!default { type pulse }\nctl.!default { type pulse }\n"), 0o644))
	cmd := exec.Command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
		"-L", "module-native-protocol-unix socket="+socket, "-L", "module-stream-restore",
		"-L", "module-pipe-sink sink_name=till use_system_clock_for_timing=yes file="+filepath.Join(dir, "fifo"))
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "XDG_CONFIG_HOME="+dir, "PULSE_RUNTIME_PATH="+dir)
	s.must(cmd.Start())
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
	})
	server := &soundServer{s, "PULSE_SERVER=unix:" + socket}
	p.Env = append(p.Env, "ALSA_CONFIG_PATH="+conf, server.env)
	s.until("the sound server", func() error { _, err := server.pactl("info"); return err })
	return server
}

func (v *soundServer) pactl(args ...string) (string, error) {
	cmd := exec.Command("pactl", args...)
	cmd.Env = append(os.Environ(), v.env, "LC_ALL=C")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (v *soundServer) control(args ...string) string {
	v.shop.t.Helper()
	out, err := v.pactl(args...)
	v.shop.must(err)
	return out
}

// stream waits for the stream of a sound and returns its number.
func (v *soundServer) stream() (number string) {
	v.shop.t.Helper()
	v.shop.until("a stream", func() error {
		first, _, found := strings.Cut(v.control("list", "short", "sink-inputs"), "\t")
		if number = first; !found {
			return errors.New("nothing plays")
		}
		return nil
	})
	return number
}

func TestAProgramThatIsMutedInTheMixerSaysSoEverywhere(t *testing.T) {
	for _, language := range []string{"ko", "en"} {
		t.Run(language, func(t *testing.T) {
			s := openShop(t)
			var err error
			s.translator, err = i18n.New(language)
			s.must(err)
			p := s.newPC()
			if language == "en" {
				p.Env = append(p.Env, "LANG=en_US.UTF-8")
			}
			server := s.playThroughServer(p)
			s.must(p.Pair(s.ctx, s.server, "42"))
			p.open()
			p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
			s.publish("42", "1001")
			p.rings("1001")

			server.control("set-sink-input-mute", server.stream(), "1")
			p.isToldAs(ipc.ProgramMuted)
			server.control("set-sink-input-mute", server.stream(), "0")
			p.until("it to be heard", func(s ipc.Status) bool { return s.Muted == "" })
			server.control("set-sink-volume", "till", "15%")
			p.isToldAs(ipc.Quiet)
			p.testSays(ipc.Quiet)
			server.control("set-sink-volume", "till", "100%")
			p.until("it to be heard", func(s ipc.Status) bool { return s.Muted == "" })
			server.control("set-sink-input-mute", server.stream(), "1")
			p.confirm("1001")
			p.testSays(ipc.ProgramMuted) // the server remembers the mute, for the next stream too
		})
	}
}

// isToldAs waits until the status, the tray and the popup say why an order is not heard well.
func (p *pc) isToldAs(why string) {
	s := p.shop
	s.t.Helper()
	p.until("it to be noticed", func(s ipc.Status) bool { return s.Muted == why })
	p.tray(icons.Attention, s.translator.Text("agent."+why))
	s.read(p.popup(), bold, s.translator.Text("banner."+why), bannerSize)
	s.read(p.popup(), regular, s.translator.Text("banner."+why+".do"), bannerDoSize)
	s.screenshot(why)
}

func (p *pc) testSays(why string) {
	s := p.shop
	s.t.Helper()
	if out, err := p.Do(s.ctx, "test"); err == nil || !strings.Contains(string(out)+err.Error(), s.translator.Text("agent."+why)) {
		s.t.Errorf("it says %s, %v", out, err)
	}
}

func TestTheDigitsOfTheNewestOrderAreRead(t *testing.T) {
	s := openShop(t)
	p := s.with(func(s *settings.Settings) { s.Digits, s.Tune = true, settings.TuneVoice2 })
	s.publish("42", "20241024")
	p.rings("20241024")
	p.confirm("20241024")
	recording, err := p.Speaker.Wait(s.ctx)
	s.must(err)
	plays, err := sound.PlaysOf(recording, "order2", "digits/0", "digits/1", "digits/2", "digits/3", "digits/4")
	s.must(err)
	var heard []string
	for _, p := range plays {
		heard = append(heard, p.Sound)
	}
	if want := []string{"order2", "digits/1", "digits/0", "digits/2", "digits/4"}; len(heard) < len(want) || !slices.Equal(heard[:len(want)], want) {
		t.Errorf("heard %v", heard)
	}
}

func TestAMutedPCRingsIfTheSettingsSaySo(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	server := s.playThroughServer(p)
	server.control("set-sink-mute", "till", "1")
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.change(func(s *settings.Settings) { s.Raise = true })
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	s.publish("42", "1001")
	if status := p.rings("1001"); status.Muted != "" {
		t.Errorf("it is %s", status.Muted)
	}
	if mute := server.control("get-sink-mute", "till"); !strings.Contains(mute, "no") {
		t.Errorf("while it rings: %s", mute)
	}
	p.confirm("1001")
	if mute := server.control("get-sink-mute", "till"); !strings.Contains(mute, "yes") {
		t.Errorf("afterwards: %s", mute)
	}
}

// change changes the settings of a PC on which jumun does not run.
func (p *pc) change(change func(*settings.Settings)) {
	p.shop.t.Helper()
	stored, err := settings.Load(p.SettingsPath())
	p.shop.must(err)
	change(&stored)
	p.shop.must(p.Set(stored))
}
