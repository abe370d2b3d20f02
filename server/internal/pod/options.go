package pod

import (
	"log/slog"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/eventlog"
	"jumun/server/internal/releases"
)

// Options are what a Pod needs. Every field but Releases must be set.
type Options struct {
	Orders      *eventlog.Log        // the caller closes it after Run has returned
	Devices     *devices.Registry    // likewise
	Keys        func() *token.Keys   // the keys as they are now
	OnKeys      func(changed func()) // makes that be called when they have changed
	Throwaway   bool                 // they are in no file
	RevokedFile string               // where revocations are kept too; empty: in Redis only
	ClientIP    *auth.ClientIP
	Releases    *releases.Folder // the versions of the app; nil: there are none; the caller closes it
	Origins     auth.Origins     // whose pages may call the routes of devices
	Log         *slog.Logger

	LinesLost func() int64 // how many lines Log has lost
	Version   string       // of this program

	PolicyFile string // of escalation; empty: its default policy

	Scheme string // of this server's URLs, "http" or "https"
	Topic  string // Pub/Sub topic on which orders are published
	Intake string // key of the intake stream, to which orders are appended

	Heartbeat    time.Duration // how often a quiet stream carries a comment
	Retry        time.Duration // what devices wait before they reconnect
	Lifetime     time.Duration // a stream ends after one to two of these
	WriteTimeout time.Duration // what a device may take for one event
	Drain        time.Duration // over which streams are ended at a stop
	Queue        int           // events that may wait for one device

	TokenLife         time.Duration // of the token that a paired device gets
	StreamsPerAddress int           // 0: any number
	PublishRate       int           // orders that one publisher may POST in a second
	MaxEvents         int           // in the log of a mart, roughly
}
