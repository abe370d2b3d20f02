package ipc

import "jumun/desktop/internal/settings"

// The built-in sounds.
const (
	SoundOrder     = "order"     // an order, with settings.TuneVoice: "주문~"
	SoundOrder2    = "order2"    // an order, with settings.TuneVoice2
	SoundOrder3    = "order3"    // an order, with settings.TuneVoice3
	SoundChime     = "chime"     // an order, with settings.TuneChime
	SoundBell      = "bell"      // an order, with settings.TuneBell
	SoundWaiting   = "waiting"   // nobody has confirmed an order for minutes
	SoundCancelled = "cancelled" // an order was withdrawn
	SoundLost      = "lost"      // the connection is lost, or orders may be missing
	SoundBack      = "back"      // the connection is back
	SoundTest      = "test"
	SoundDigit     = "digits/" // with a digit appended: the digit, read out in Korean
)

// OrderSound returns the built-in sound of an order for a tune of the settings. A newer version may
// have stored a tune that is unknown here; an order must sound all the same.
func OrderSound(tune string) string {
	switch tune {
	case settings.TuneVoice2:
		return SoundOrder2
	case settings.TuneVoice3:
		return SoundOrder3
	case settings.TuneChime:
		return SoundChime
	case settings.TuneBell:
		return SoundBell
	}
	return SoundOrder
}

// ToPlayer is a line from the agent to a player process. The process obeys the first line
// that has Play or Check. The end of its input silences it and ends it with status 0.
type ToPlayer struct {
	Play  *Play `json:"play,omitempty"`
	Check bool  `json:"check,omitempty"` // play nothing: find out whether sound would be heard, then exit
}

// A Play says which sound to play, and how.
type Play struct {
	Sound   string  `json:"sound"`          // a built-in sound: SoundOrder, …
	File    string  `json:"file,omitempty"` // the user's sound file, in place of Sound
	Volume  float64 `json:"volume"`         // 0 (silent) to 1 (as mastered)
	Repeat  bool    `json:"repeat"`         // until stopped; false: once
	PauseMs int     `json:"pauseMs"`        // silence between two repeats, in milliseconds

	Digits string `json:"digits,omitempty"` // read out after the sound

	Raise  bool   `json:"raise,omitempty"`  // unmute and turn up the system's mixer while it plays
	Left   string `json:"left,omitempty"`   // but not what a person has turned down, as an earlier process told: see FromPlayer.Left
	Listen bool   `json:"listen,omitempty"` // measure what leaves the system's mixer, where the system can tell
}

// FromPlayer is a line from a player process to the agent.
type FromPlayer struct {
	Event   string `json:"event"`            // PlayerStarted, …
	Samples int64  `json:"samples"`          // frames that the sound device has pulled so far
	Detail  string `json:"detail,omitempty"` // of PlayerFailed and PlayerFellBack: the system's message
	Reason  string `json:"reason,omitempty"` // of PlayerFailed, PlayerFellBack, PlayerMuted and PlayerPlayed: NoDevice, …
	Left    string `json:"left,omitempty"`   // of PlayerMuted and PlayerAudible: what a person has turned down since it was raised
}

// The events of a player process.
const (
	PlayerStarted = "started" // the device has pulled the first samples
	// PlayerPlayed means that the sound was played once more, to its end. With Play.Listen,
	// Reason is NoVolume if nothing left the mixer, and Quiet if little did.
	PlayerPlayed = "played"
	PlayerFailed = "failed" // no sound can be heard; the process exits with status 1
	PlayerAlive  = "alive"  // nothing has happened: sent every AliveInterval

	// PlayerFellBack means that the user's file cannot be played and that the built-in sound
	// plays in its place. Reason is BadSound, Detail says why. It may come at any time.
	PlayerFellBack = "fell-back"
	// PlayerMuted means that the system makes sounds inaudible (Reason is Muted, NoVolume or
	// ProgramMuted) or quiet (Reason is Quiet), PlayerAudible that it does not. One of them comes before PlayerStarted, and whenever
	// that changes while a sound plays. Neither comes where the system does not tell.
	PlayerMuted   = "muted"
	PlayerAudible = "audible"
)

// The reasons of PlayerFailed, PlayerFellBack, PlayerMuted and PlayerPlayed.
const (
	NoDevice = "no-device" // no sound device could be opened
	Stalled  = "stalled"   // the device was opened, and stopped pulling samples
	BadSound = "bad-sound" // the sound file cannot be decoded
	Muted    = "muted"     // the system's output is muted
	NoVolume = "no-volume" // the system's volume is zero, or so low that nothing is heard
	Quiet    = "quiet"     // the volumes of the system and of this program are low: a room does not hear it

	ProgramMuted = "program-muted" // the system's mixer mutes this program alone, or has it so low
	Away         = "away"          // another session has the screen: the agent itself finds that, for Status.Muted
)
