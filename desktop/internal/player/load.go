package player

import (
	"fmt"

	"jumun/desktop/internal/ipc"
)

// load gives the source its sound.
func (p *playback) load(sounds func(string) ([]byte, bool)) error {
	sound, err := p.chooseSound(sounds)
	if err == nil {
		p.source.setSound(append(sound, digits(p.play.Digits, sounds)...), gain(p.play.Volume), p.play.Repeat, pauseFrames(p.play.PauseMs))
	}
	return err
}

// digits returns the digits of a number, read out; nothing if one of them cannot be read. The
// number may be anything.
func digits(number string, sounds func(string) ([]byte, bool)) [][2]float32 {
	if number == "" {
		return nil
	}
	read := make([][2]float32, rate/5) // a breath after the sound
	for _, digit := range number {
		data, ok := sounds(ipc.SoundDigit + string(digit))
		if !ok {
			return nil
		}
		sound, err := decode(data)
		if err != nil {
			return nil
		}
		read = append(read, sound...)
	}
	return read
}

// pauseFrames converts a pause to frames. It bounds the pause to an hour, so that the
// result cannot overflow.
func pauseFrames(ms int) int { return max(0, min(ms, 3600_000)) * (rate / 1000) }

// chooseSound returns the user's sound, or else the built-in one: a file that broke after
// it was chosen must not make an order silent.
func (p *playback) chooseSound(sounds func(string) ([]byte, bool)) ([][2]float32, error) {
	if p.play.File != "" {
		sound, err := loadFile(p.play.File, loadTimeout)
		if err == nil {
			return sound, nil
		}
		_ = p.out.Send(ipc.FromPlayer{Event: ipc.PlayerFellBack, Reason: ipc.BadSound, Detail: err.Error()})
	}
	for _, name := range []string{p.play.Sound, ipc.SoundOrder} { // a newer agent may name a sound that is unknown here
		if data, ok := sounds(name); ok {
			return decode(data)
		}
	}
	return nil, fmt.Errorf("there is no sound %q", p.play.Sound)
}
