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
	AllowThrowaway bool   `name:"allow-throwaway-key" help:"Let other machines connect without --keys."`
}

// open returns the keys, and what follows their file.
func (f *keyFlags) open(loopback bool, log *slog.Logger) (func() *token.Keys, runner, error) {
	if f.Keys != "" {
		file, err := token.OpenKeyFile(f.Keys, log)
		if err != nil {
			return nil, nil, advise(err, `make the file with "jumun-server keygen --keys FILE"`, `"jumun-server keygen --keys FILE"로 키 파일을 만드세요`)
		}
		return file.Keys, file.Run, nil
	}
	if !loopback && !f.AllowThrowaway {
		return nil, nil, advise(errors.New("other machines can reach this server, but it would forget its key, and every paired device, on exit"),
			`give --keys FILE (see "jumun-server keygen"), or listen on 127.0.0.1`, `--keys FILE을 지정하거나("jumun-server keygen" 참고) 127.0.0.1에서 여세요`)
	}
	log.Warn("NO --keys GIVEN: this process makes a key for tokens, and FORGETS it when it ends; devices have to be paired again then")
	keys := token.Throwaway(time.Now())
	return func() *token.Keys { return keys }, idle, nil
}
