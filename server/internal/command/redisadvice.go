package command

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"strings"
	"syscall"
)

// redisAdvice returns what to do about an error of the Redis at address. It is empty where the error itself says it.
func redisAdvice(address string, err error) (english, korean string) {
	text, isTLS := err.Error(), strings.HasPrefix(address, "rediss")
	switch {
	case strings.Contains(text, "NOAUTH"):
		return "it wants a password: give it as JUMUN_REDIS=redis://:PASSWORD@host:port (behind Sentinels &password=PASSWORD); " +
				"if a jumun-server without --redis runs there, run this as its user, who alone can read the password",
			"비밀번호가 필요합니다. JUMUN_REDIS=redis://:비밀번호@호스트:포트(Sentinel이면 &password=비밀번호)로 지정하세요. " +
				"그곳이 --redis 없이 실행한 jumun-server이면 비밀번호를 읽을 수 있는 그 서버의 사용자로 실행하세요"
	case strings.Contains(text, "WRONGPASS") && strings.Contains(address, "+sentinel:"):
		return "the Sentinels have taken their password, the Redis refuses its own: correct &username= and &password=, special characters as %XX",
			"Sentinel의 비밀번호는 맞지만 Redis의 사용자나 비밀번호가 틀렸습니다. &username=과 &password=를 고치고 특수 문자는 %XX로 적으세요"
	case strings.Contains(text, "WRONGPASS"):
		return "correct the user or the password in the address, special characters as %XX", "주소의 사용자나 비밀번호를 고치고 특수 문자는 %XX로 적으세요"
	case strings.Contains(text, "READONLY"):
		return "it is a replica: name its master, or the Sentinels (redis+sentinel://…)", "복제본입니다. 마스터나 Sentinel(redis+sentinel://…)의 주소를 지정하세요"
	case isUntrusted(err):
		return "if an authority of your own has signed its certificate, name that authority's file by SSL_CERT_FILE", "자체 인증 기관의 인증서라면 그 기관의 파일을 SSL_CERT_FILE로 지정하세요"
	case isTLS && errors.Is(err, context.DeadlineExceeded):
		return "it does not answer by TLS: without TLS write redis:// in place of rediss://", "TLS로 응답하지 않습니다. TLS를 쓰지 않는 Redis라면 rediss:// 대신 redis://로 적으세요"
	case !isTLS && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)):
		return "it hangs up: with TLS write rediss:// in place of redis://", "연결을 바로 끊습니다. TLS를 쓰는 Redis라면 redis:// 대신 rediss://로 적으세요"
	case errors.Is(err, fs.ErrPermission):
		return "run this as the user of the server, or as root", "서버의 사용자나 root로 실행하세요"
	}
	return "", ""
}

func isUntrusted(err error) bool {
	var unknown x509.UnknownAuthorityError
	return errors.As(err, &unknown)
}
