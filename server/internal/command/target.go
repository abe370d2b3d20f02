package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"jumun/server/internal/devices"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// commandTimeout is how long a person waits before being told that nothing answers.
const commandTimeout = 10 * time.Second

// A target is where a command that changes something does so: at a server, or at its Redis.
type target struct {
	Redis  string `default:"redis://${embedded}" help:"The server's Redis. The default is that of a serve without --redis on this machine; give a password by the variable, not by the flag."`
	Server string `placeholder:"URL" help:"Ask this server, with the admin's token in $JUMUN_TOKEN, and not its Redis."`
}

// oneMart says that mart does not mean all of them.
func oneMart(mart order.MartID) error {
	if mart == wire.AnyMart {
		return errors.New("--mart is the ID of one mart here")
	}
	return nil
}

// secrets are what a command is given by the environment alone.
type secrets struct {
	token string // JUMUN_TOKEN
}

// roster opens the Redis.
func (t target) roster() (*devices.Roster, error) {
	r, err := devices.Open(t.Redis, devices.Options{}, quietly())
	if err != nil {
		return nil, badAddress(err)
	}
	return r, nil
}

// call asks the server, with in as the JSON body (nil: none), and reads its JSON answer into out (nil: none).
func (t target) call(ctx context.Context, s secrets, method, path string, in, out any) error {
	if s.token == "" {
		return advise(errors.New("--server needs a token"), `put an admin's token into JUMUN_TOKEN (see "jumun-server token")`, `관리자 토큰을 JUMUN_TOKEN에 넣으세요("jumun-server token" 참고)`)
	}
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(t.Server, "/")+path, &body)
	if err != nil {
		return advise(errors.New("--server is not a URL"), "write it as https://jumun.example.com", "https://jumun.example.com처럼 적으세요")
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	return t.do(req, out)
}

func (t target) do(req *http.Request, out any) error {
	// A token goes to the server it was meant for, and nowhere else.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return advise(err, "check --server, and that the server runs", "--server 주소와 서버가 실행 중인지 확인하세요")
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<20)) // the devices of the largest mart
	switch {
	case err != nil:
		return advise(err, "try again", "다시 시도하세요")
	case res.StatusCode/100 != 2:
		return refusal(res, answer)
	case out == nil:
		return nil
	case json.Unmarshal(answer, out) != nil:
		return advise(errors.New("the answer is not that of a jumun-server"), "check --server", "--server 주소를 확인하세요")
	}
	return nil
}

// refusal is an answer that says no, in the server's words if it has some.
func refusal(res *http.Response, answer []byte) error {
	var p wire.Problem
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind == wire.ProblemType && json.Unmarshal(answer, &p) == nil {
		return fmt.Errorf("%s: %s", res.Status, p.Detail)
	}
	return advise(errors.New(res.Status), "check --server", "--server 주소를 확인하세요")
}
