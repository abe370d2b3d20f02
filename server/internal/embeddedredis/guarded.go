package embeddedredis

import (
	"bufio"
	"crypto/subtle"
	"net"
	"strings"
	"time"
)

const (
	// authTimeout is what a client has to show the password.
	authTimeout = 5 * time.Second
	// maxWords and maxBytes are how large one command may be. Before the password was shown it is less,
	// but enough for what jumun sends: it is told then that a password is missing.
	maxWords, maxBytes               = 1 << 20, 64 << 20
	maxWordsUnknown, maxBytesUnknown = 1 << 10, 128 << 10
)

// A guarded connection passes on to the library only whole commands, and none before the password was
// shown. The library trusts its clients: it ends the process on an empty command, and on a length that
// no memory has.
type guarded struct {
	net.Conn
	in       *bufio.Reader
	ready    []byte // of a command, not read by the library yet
	password string
	known    bool
	decided  func(*guarded) // notes that the client has shown it, or is gone
}

func newGuarded(c net.Conn, password string, decided func(*guarded)) *guarded {
	_ = c.SetReadDeadline(time.Now().Add(authTimeout)) // it fails if c is closed
	return &guarded{Conn: c, in: bufio.NewReader(c), password: password, decided: decided}
}

// Close closes the connection.
func (g *guarded) Close() error {
	g.decided(g)
	return g.Conn.Close()
}

// Read reads from the next command.
func (g *guarded) Read(p []byte) (int, error) {
	for len(g.ready) == 0 {
		words, err := readCommand(g.in, g.limits())
		if err != nil {
			return 0, err
		}
		if err := g.take(words); err != nil {
			return 0, err
		}
	}
	n := copy(p, g.ready)
	g.ready = g.ready[n:]
	return n, nil
}

func (g *guarded) limits() limits {
	if g.known {
		return limits{maxWords, maxBytes}
	}
	return limits{maxWordsUnknown, maxBytesUnknown}
}

// take passes a command on to the library, or answers it.
func (g *guarded) take(words []string) error {
	if len(words) == 0 { // Redis ignores it
		return nil
	}
	if !g.known {
		answer := g.admit(words)
		if answer != "" {
			_, err := g.Conn.Write([]byte(answer)) // the library writes nothing yet
			return err
		}
		g.known = true
		g.decided(g)
		if err := g.Conn.SetReadDeadline(time.Time{}); err != nil {
			return err
		}
	}
	g.ready = encode(allowed(words))
	return nil
}

// admit returns "" if words show the password, and otherwise the answer.
func (g *guarded) admit(words []string) string {
	shown, ok := passwordIn(words)
	switch {
	case !ok:
		return "-NOAUTH Authentication required.\r\n"
	case subtle.ConstantTimeCompare([]byte(shown), []byte(g.password)) == 0:
		return "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
	}
	return ""
}

// passwordIn returns the password in AUTH password, AUTH default password, or HELLO version AUTH
// default password.
func passwordIn(words []string) (password string, ok bool) {
	switch name := strings.ToUpper(words[0]); {
	case name == "AUTH" && len(words) == 2:
		return words[1], true
	case name == "AUTH" && len(words) == 3 && words[1] == "default":
		return words[2], true
	case name == "HELLO" && len(words) >= 5 && strings.EqualFold(words[2], "AUTH") && words[3] == "default":
		return words[4], true
	}
	return "", false
}
