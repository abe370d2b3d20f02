package player

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"jumun/desktop/e2e/harness/alsa"
	"jumun/desktop/internal/ipc"
)

func once(volume float64) ipc.Play { return ipc.Play{Sound: ipc.SoundOrder, Volume: volume} }

func repeating(pauseMs int) ipc.Play {
	return ipc.Play{Sound: ipc.SoundOrder, Volume: 1, Repeat: true, PauseMs: pauseMs}
}

func TestASoundIsHeardOnceAtItsVolumeAndWhole(t *testing.T) {
	t.Parallel()
	for _, volume := range []float64{1, 0.5, 0.1} {
		dev := recorder(t)
		p := startPlayer(t, dev, once(volume))
		p.expect(ipc.PlayerStarted)
		if l := p.expect(ipc.PlayerPlayed); l.Samples < leadIn+rate/2 {
			t.Errorf("played after %d samples", l.Samples)
		}
		p.wait(0)
		s := recorded(t, dev)
		source := chirp(rate / 2)
		found := alsa.FindAll(withoutDropouts(t, s), source, 0.9)
		if len(found) != 1 || found[0].Correlation < 0.99 {
			t.Fatalf("volume %v: heard %+v", volume, found)
		}
		if want := gain(volume); math.Abs(found[0].Gain/want-1) > 0.02 {
			t.Errorf("volume %v: loudness %v, want %v", volume, found[0].Gain, want)
		}
		t.Logf("volume %v: %+v", volume, found[0])
	}
}

func TestSleepingOutputsAreWokenBeforeTheSound(t *testing.T) {
	t.Parallel()
	dev := recorder(t)
	p := startPlayer(t, dev, once(1))
	p.expect(ipc.PlayerStarted)
	p.expect(ipc.PlayerPlayed)
	p.wait(0)
	s := recorded(t, dev)
	mono := withoutDropouts(t, s)
	at := alsa.Find(mono, chirp(rate/2)).At
	noisy := 0
	for i, v := range mono[:at] {
		if v != 0 {
			noisy++
		}
		if math.Abs(v) > 1.1e-4 {
			t.Fatalf("frame %d of %d before the sound: %v", i, at, v)
		}
	}
	if noisy < leadIn*6/10 { // three steps of ten are rounded to zero
		t.Errorf("%d frames of noise", noisy)
	}
}

func TestASoundRepeatsToTheFrameUntilItIsStopped(t *testing.T) {
	t.Parallel()
	dev := recorder(t)
	p := startPlayer(t, dev, repeating(200))
	p.expect(ipc.PlayerStarted)
	for range 3 {
		p.expect(ipc.PlayerPlayed)
	}
	_ = p.in.Close()
	p.wait(0)
	s := recorded(t, dev)
	found := alsa.FindAll(withoutDropouts(t, s), chirp(rate/2), 0.99)
	if len(found) < 3 || len(found) > 4 {
		t.Fatalf("heard %+v", found)
	}
	for i := 1; i < len(found); i++ {
		if period := found[i].At - found[i-1].At; period != rate/2+rate/5 {
			t.Errorf("again after %d frames", period)
		}
	}
}

// A stop comes in the middle of a sound here: there is no pause.
func TestAStopFadesOutInsteadOfCuttingOff(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(*process){
		"the end of the input": func(p *process) { _ = p.in.Close() },
		"an interrupt":         func(p *process) { _ = p.cmd.Process.Signal(os.Interrupt) },
	} {
		dev := recorder(t)
		p := startPlayer(t, dev, repeating(0))
		p.expect(ipc.PlayerStarted)
		p.expect(ipc.PlayerPlayed)
		stopped := time.Now()
		stop(p)
		p.wait(0)
		s := recorded(t, dev)
		quiet, last := 0, s.Mono()
		for i := len(last) - 1; i >= 0 && math.Abs(last[i]) < 2e-4; i-- {
			quiet++
		}
		if quiet < 10 { // else it was cut while it sounded
			t.Errorf("%s: ends with %v", name, last[len(last)-5:])
		}
		t.Logf("%s: silent %v after the stop, closed after %v", name,
			s.At(len(last)-quiet).Sub(stopped).Round(time.Millisecond), s.End.Sub(stopped).Round(time.Millisecond))
	}
}

func TestWithoutADeviceThePlayerFailsAtOnceWithTheErrorOfTheSystem(t *testing.T) {
	t.Parallel()
	p := startPlayer(t, must(alsa.NewAbsent(t.TempDir()))(t), repeating(0))
	l := p.expect(ipc.PlayerFailed)
	if l.Reason != ipc.NoDevice || !strings.Contains(l.Detail, "ALSA") || l.Samples != 0 {
		t.Errorf("%+v", l)
	}
	p.wait(1)
}

func TestADeviceThatPullsTooFastDoesNotCount(t *testing.T) {
	t.Parallel()
	for _, play := range []ipc.Play{once(1), repeating(0)} {
		p := startPlayer(t, must(alsa.NewUnpaced(t.TempDir()))(t), play)
		l := <-p.lines
		if l.Event == ipc.PlayerStarted { // it seemed to work at first
			l = <-p.lines
		}
		if l.Event != ipc.PlayerFailed || l.Reason != ipc.NoDevice || !strings.Contains(l.Detail, "cannot have played") {
			t.Errorf("%+v", l)
		}
		p.wait(1)
	}
}

func TestADeviceThatIsUnpluggedOrHangsIsReported(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]syscall.Signal{"unplugged": syscall.SIGKILL, "hangs": syscall.SIGSTOP} {
		want := map[string]string{"unplugged": "ALSA error", "hangs": "took nothing"}[name]
		dev := recorder(t)
		p := startPlayer(t, dev, repeating(0))
		p.expect(ipc.PlayerStarted)
		p.expect(ipc.PlayerPlayed)
		capture := must(dev.Recordings())(t)[0].Capture
		_ = syscall.Kill(capture, signal)
		begin := time.Now()
		l := p.waitFor(ipc.PlayerFailed)
		t.Logf("%s: %v after: %s", name, time.Since(begin).Round(time.Millisecond), l.Detail)
		if l.Reason != ipc.Stalled || !strings.Contains(l.Detail, want) {
			t.Errorf("%s: %+v", name, l)
		}
		_ = syscall.Kill(capture, syscall.SIGKILL) // it keeps standard error open
		p.wait(1)
	}
}

func TestAnOrderIsHeardThoughTheUsersFileIsBroken(t *testing.T) {
	t.Parallel()
	text := filepath.Join(t.TempDir(), "song.mp3")
	if err := os.WriteFile(text, []byte("not a song"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{text, filepath.Join(t.TempDir(), "missing.wav"), t.TempDir()} {
		dev := recorder(t)
		play := once(1)
		play.File = file
		p := startPlayer(t, dev, play)
		if l := p.expect(ipc.PlayerFellBack); l.Reason != ipc.BadSound || l.Detail == "" {
			t.Errorf("%+v", l)
		}
		p.expect(ipc.PlayerStarted)
		p.expect(ipc.PlayerPlayed)
		p.wait(0)
		s := recorded(t, dev)
		if m := alsa.Find(withoutDropouts(t, s), chirp(rate/2)); m.Correlation < 0.99 {
			t.Errorf("heard %+v", m)
		}
	}
}

func TestTheUsersFileIsHeard(t *testing.T) {
	t.Parallel()
	dev := recorder(t)
	play := once(1)
	play.File = filepath.Join("testdata", "tone.flac")
	p := startPlayer(t, dev, play)
	p.expect(ipc.PlayerStarted)
	p.expect(ipc.PlayerPlayed)
	p.wait(0)
	source := make([]float64, 0, rate)
	for _, f := range must(decode(fixture(t, "tone.flac")))(t) {
		source = append(source, float64(f[0]))
	}
	s := recorded(t, dev)
	if m := alsa.Find(withoutDropouts(t, s), source); m.Correlation < 0.99 {
		t.Errorf("heard %+v", m)
	}
}

// tone returns the sound of a digit in tests: half of a chirp that no other sound has.
func tone(digit byte) []float64 {
	if digit == '1' {
		return chirp(rate)[rate/2:]
	}
	return chirp(2 * rate)[rate : rate+rate/2]
}

func TestDigitsAreReadAfterTheSound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		digits string
		read   string
	}{
		{"1221", "1221"},
		{"", ""},
		{"17", ""}, // there is no recording of 7
		{"가", ""},
	}
	for _, tt := range tests {
		t.Run(tt.digits, func(t *testing.T) {
			t.Parallel()
			dev, play := recorder(t), once(1)
			play.Digits = tt.digits
			p := startPlayer(t, dev, play)
			p.expect(ipc.PlayerStarted)
			l := p.expect(ipc.PlayerPlayed)
			if want := int64(leadIn + rate/2 + len(tt.read)*rate/2); l.Samples < want {
				t.Errorf("played after %d samples, want %d", l.Samples, want)
			}
			p.wait(0)
			heard := withoutDropouts(t, recorded(t, dev))
			at := alsa.Find(heard, chirp(rate/2)).At + rate/2 + rate/5
			for _, digit := range tt.read {
				if m := alsa.Find(heard[at:min(len(heard), at+rate/2)], tone(byte(digit))); m.Correlation < 0.99 || m.At != 0 {
					t.Errorf("%c: heard %+v", digit, m)
				}
				at += rate / 2
			}
			for _, digit := range "12" {
				if n := len(alsa.FindAll(heard, tone(byte(digit)), 0.9)); n != strings.Count(tt.read, string(digit)) {
					t.Errorf("%c was read %d times", digit, n)
				}
			}
		})
	}
}

func TestABrokenBuiltInSoundIsReported(t *testing.T) {
	t.Parallel()
	p := startPlayer(t, recorder(t), ipc.Play{Sound: ipc.SoundTest, Volume: 1})
	if l := p.waitFor(ipc.PlayerFailed); l.Reason != ipc.BadSound {
		t.Errorf("%+v", l)
	}
	p.wait(1)
}

func TestTheRecordingOfAKilledPlayerIsComplete(t *testing.T) {
	t.Parallel()
	dev := recorder(t)
	p := startPlayer(t, dev, repeating(0))
	p.expect(ipc.PlayerStarted)
	p.expect(ipc.PlayerPlayed)
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	s := recorded(t, dev)
	if found := alsa.FindAll(withoutDropouts(t, s), chirp(rate/2), 0.99); !s.Ended || len(found) == 0 {
		t.Errorf("heard %+v", found)
	}
}

func TestWithoutATaskNoDeviceIsOpened(t *testing.T) {
	tests := []struct{ name, in string }{
		{"nothing", ""},
		{"lines without a task", "{}\nnonsense\n{\"later\":1}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Run(t.Context(), strings.NewReader(tt.in), &out, testSounds); err != nil || out.Len() != 0 {
				t.Errorf("%v, sent %q", err, out.String())
			}
		})
	}
}

func TestAPlayerSaysThatItLivesHoweverLongThePauseIs(t *testing.T) {
	t.Parallel()
	p := startPlayer(t, recorder(t), repeating(int(time.Minute.Milliseconds())))
	p.expect(ipc.PlayerStarted)
	p.expect(ipc.PlayerPlayed)
	for range 3 { // the pause is longer
		began := time.Now()
		<-p.alive
		t.Logf("alive after %v", time.Since(began))
	}
	select {
	case l := <-p.lines:
		t.Errorf("the pause was over: %+v", l)
	default:
	}
	_ = p.in.Close()
	p.wait(0)
}
