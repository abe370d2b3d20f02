package command

import (
	"errors"
	"log/slog"
	"time"

	"jumun/server/internal/auth/token"
)

// keyFlags say which keys sign and verify tokens.
type keyFlags struct {
	Keys           string `help:"File with the keys that sign tokens, made by \"jumun-server keygen\"; read again when it changes. Without it the server makes a key, and forgets it on exit, and every device with it."`
	Revoked        string `placeholder:"FILE" help:"File in which revocations are kept, too, beside Redis. Without it, the path of --keys with .revoked behind it: name another where that folder cannot be written."`
	AllowThrowaway bool   `name:"allow-throwaway-key" help:"Let other machines connect without --keys."`
}

// revokedFile returns the file in which revocations are kept, if there is one.
func (f *keyFlags) revokedFile() string {
	if f.Revoked == "" && f.Keys != "" {
		return f.Keys + ".revoked"
	}
	return f.Revoked
}

// serverKeys are the keys of a server, and what follows their file.
type serverKeys struct {
	now       func() *token.Keys
	onChange  func(changed func()) // to be called before follow
	follow    runner
	throwaway bool // they are in no file
}

// open returns the keys.
func (f *keyFlags) open(loopback bool, log *slog.Logger) (serverKeys, error) {
	if f.Keys != "" {
		file, err := token.OpenKeyFile(f.Keys, log)
		if errors.Is(err, token.ErrNoOwn) {
			return serverKeys{}, advise(err, "make one: jumun-server keygen --keys "+f.Keys, "서버용 키를 만드세요: jumun-server keygen --keys "+f.Keys)
		}
		if err != nil {
			return serverKeys{}, advise(err, `make the file with "jumun-server keygen --keys FILE"`, `"jumun-server keygen --keys FILE"로 키 파일을 만드세요`)
		}
		return serverKeys{now: file.Keys, onChange: file.OnChange, follow: file.Run}, nil
	}
	if !loopback && !f.AllowThrowaway {
		return serverKeys{}, advise(errors.New("other machines can reach this server, but it would forget its key, and every paired device, on exit"),
			`give --keys FILE (see "jumun-server keygen"), or listen on 127.0.0.1`, `--keys FILE을 지정하거나("jumun-server keygen" 참고) 127.0.0.1에서 여세요`)
	}
	log.Warn("NO --keys GIVEN: this process makes a key for tokens, and FORGETS it when it ends; devices have to be paired again then")
	keys := token.Throwaway(time.Now())
	return serverKeys{now: func() *token.Keys { return keys }, onChange: func(func()) {}, follow: idle, throwaway: true}, nil
}
