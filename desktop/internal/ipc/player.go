package ipc

// The sounds that are built in, beside the tunes of an order.
const (
	SoundOrder   = "order"   // 주문~, of TuneVoice
	SoundChime   = "chime"   // of TuneChime
	SoundBell    = "bell"    // of TuneBell
	SoundWaiting = "waiting" // an order still waits: nobody has answered for minutes
	SoundLost    = "lost"    // the connection is lost, or orders may be
	SoundBack    = "back"    // the connection is back
	SoundTest    = "test"
)

// ToRing is a line from the agent to the ring process. The first one with Play or Check
// counts; the end of the input silences the process and ends it with status 0.
type ToPlayer struct {
	Play  *Play `json:"play,omitempty"`
	Check bool  `json:"check,omitempty"` // play nothing: find out whether something could be heard, and end
}

// A Play says what to sound.
type Play struct {
	Sound   string  `json:"sound"`          // a built-in sound: SoundOrder, …
	File    string  `json:"file,omitempty"` // a sound file of the user's, in place of Sound
	Volume  float64 `json:"volume"`         // 0 (silent) to 1 (as mastered)
	Repeat  bool    `json:"repeat"`         // until stopped; else once
	PauseMs int     `json:"pauseMs"`        // silence between repeats, in milliseconds
}

// FromRing is a line from the ring process to the agent.
type FromPlayer struct {
	Event   string `json:"event"`            // RingStarted, …
	Samples int64  `json:"samples"`          // frames the sound device has pulled so far
	Detail  string `json:"detail,omitempty"` // of RingFailed and RingFellBack: what the system said
	Reason  string `json:"reason,omitempty"` // of RingFailed, RingFellBack and RingMuted: NoDevice, …
}

// The events of a ring process.
const (
	PlayerStarted = "started" // the device has pulled the first samples
	PlayerPlayed  = "played"  // the sound was played once more, to its end
	PlayerFailed  = "failed"  // nothing can be heard; the process ends with status 1

	// RingFellBack says that the user's file cannot be played (Reason is BadSound, Detail
	// says why) and that the built-in sound plays in its place. It may come at any time.
	PlayerFellBack = "fell-back"
	// RingMuted says that the system lets nothing be heard (Reason is Muted or NoVolume),
	// and RingAudible that it does. One of them comes before RingStarted, and whenever it
	// changes while a sound plays; neither where the system does not tell.
	PlayerMuted   = "muted"
	PlayerAudible = "audible"
)

// The reasons of RingFailed, RingFellBack and RingMuted.
const (
	NoDevice = "no-device" // no sound device could be opened
	Stalled  = "stalled"   // the device opened, and stopped pulling samples
	BadSound = "bad-sound" // the sound file cannot be decoded
	Muted    = "muted"     // the system's output is muted
	NoVolume = "no-volume" // the system's volume is zero
)
