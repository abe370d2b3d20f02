package command

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"time"

	"jumun/server/internal/devices"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// commandTimeout is how long a person waits before the command says that nothing answers.
const commandTimeout = 10 * time.Second

// remote says where a command does its work: at a server, or at the server's Redis.
type remote struct {
	redisFlag
	Server    string `placeholder:"URL" help:"Ask this server, with a token in $JUMUN_TOKEN, and not its Redis: an admin's, or to publish an order a publisher's."`
	CA        string `name:"ca" placeholder:"FILE" help:"PEM file of an authority of your own that has signed the server's certificate."`
	AllowHTTP bool   `name:"allow-http" help:"Send the token to another computer by http too: whoever is on the way can read it, and use it."`
}

// oneMart refuses the wildcard: only tokens have it, and the list of who is not a device.
func oneMart(mart order.MartID) error {
	if mart == wire.AnyMart {
		return errors.New("--mart must be the ID of one mart")
	}
	return nil
}

// ask calls the server if there is one, with in as the JSON body and out for the JSON answer;
// otherwise it calls atRedis. Either way it gives up after commandTimeout.
func (r remote) ask(ctx context.Context, env environment, method, path string, in, out any, atRedis func(context.Context, *devices.Registry) error) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	if r.Server != "" {
		return r.call(ctx, env.token, method, path, in, out)
	}
	registry, err := r.openDevices()
	if err != nil {
		return err
	}
	defer registry.Close()
	err = atRedis(ctx, registry)
	if did, is := audited[path]; is && err == nil && method != http.MethodGet {
		keepTrail(ctx, env, registry, did, in)
	}
	switch {
	case errors.Is(err, devices.ErrFull):
		return advise(err, "one that ended or was revoked makes room a week later", "끝났거나 해제한 키는 일주일 뒤에 자리가 납니다")
	case errors.Is(err, devices.ErrNoEnrolment):
		return advise(err, `see "jumun-server enrol --list"`, `"jumun-server enrol --list"를 확인하세요`)
	case errors.Is(err, revocation.ErrFull):
		return advise(err, `see "jumun-server revoke --list"`, `"jumun-server revoke --list"를 확인하세요`)
	case err != nil:
		return r.away(err)
	}
	return nil
}

// call sends a request to the server, with in as its JSON body, and reads the JSON answer
// into out. Either may be nil.
func (r remote) call(ctx context.Context, token, method, path string, in, out any) error {
	if token == "" {
		return advise(errors.New("--server needs a token"), `put an admin's token into JUMUN_TOKEN (see "jumun-server token")`, `관리자 토큰을 JUMUN_TOKEN에 넣으세요("jumun-server token" 참고)`)
	}
	if !strings.HasPrefix(strings.ToLower(r.Server), "http") || !strings.Contains(r.Server, "://") {
		return advise(fmt.Errorf("--server has no https:// before %q", r.Server), "write it as https://jumun.example.com", "https://jumun.example.com처럼 적으세요")
	}
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(r.Server, "/")+path, &body)
	if err != nil {
		return advise(errors.New("--server is not a URL"), "write it as https://jumun.example.com", "https://jumun.example.com처럼 적으세요")
	}
	if req.URL.Scheme == "http" && !isThisMachine(req.URL.Hostname()) && !r.AllowHTTP {
		return advise(errors.New("the token was not sent: over http, whoever is on the way to the server can read it, and use it"),
			"write https:// in --server, or allow it by --allow-http", "--server에 https://를 쓰거나 --allow-http로 허용하세요")
	}
	req.Header.Set("Authorization", "Bearer "+token)
	transport, err := r.transport()
	if err != nil {
		return advise(err, "name another file with --ca", "--ca로 다른 파일을 지정하세요")
	}
	return do(req, transport, out)
}

// transport returns how to reach the server: with the authorities of the system, and that of --ca.
func (r remote) transport() (http.RoundTripper, error) {
	if r.CA == "" {
		return http.DefaultTransport, nil
	}
	own, err := os.ReadFile(r.CA)
	if err != nil {
		return nil, err
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(own) {
		return nil, fmt.Errorf("%s has no certificate in PEM", r.CA)
	}
	return &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}, nil
}

func do(req *http.Request, transport http.RoundTripper, out any) error {
	// No redirects: the token is for this server only.
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		var unknown x509.UnknownAuthorityError
		if errors.As(err, &unknown) {
			return advise(err, "if the authority is your own, name its file with --ca", "자체 인증 기관이면 --ca로 그 파일을 지정하세요")
		}
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
		return advise(errors.New("the answer is not from a jumun-server"), "check --server", "--server 주소를 확인하세요")
	}
	return nil
}

// refusal returns the error for an answer that is not a success, in the server's words if it
// has some. A problem has its detail in both languages, with a slash between them.
func refusal(res *http.Response, answer []byte) error {
	english, korean := "check --server", "--server 주소를 확인하세요"
	if bytes.Contains(answer, []byte("HTTPS server")) { // what net/http, and in other words nginx, says
		english, korean = "the server speaks https: write https:// in --server", "https로만 응답하는 서버입니다: --server에 https://를 쓰세요"
	}
	var p wire.Problem
	if kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")); kind == wire.ProblemType && json.Unmarshal(answer, &p) == nil {
		english, korean = p.Detail, p.Detail
		if slash := strings.LastIndex(p.Detail, " / "); slash >= 0 {
			english, korean = p.Detail[:slash], p.Detail[slash+len(" / "):]
		}
	}
	return advise(&answerError{res.StatusCode, res.Status}, english, korean)
}

// An answerError is an answer that is not a success.
type answerError struct {
	status int
	text   string
}

func (e *answerError) Error() string { return e.text }
