package httperror

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"jumun/shared/wire"
)

// challenge is the WWW-Authenticate header of every 401 (RFC 6750, section 3).
const challenge = `Bearer realm="jumun"`

func unauthorized(w http.ResponseWriter, kind, title, detail string) {
	w.Header().Set("WWW-Authenticate", challenge)
	write(w, http.StatusUnauthorized, kind, title, detail)
}

// again returns what whoever has a token of a role does to get another one, in both languages: a device
// is paired, an order service and an administrator were given theirs.
func again(role wire.Role) (english, korean string) {
	if role == wire.RoleDevice {
		return "pair the device again", "기기를 다시 등록하세요"
	}
	return "get a new one from whoever runs the server (jumun-server token)", "서버 관리자에게 새 토큰을 받으세요(jumun-server token)"
}

// Token answers a request that needs a role that there is no token, or an unknown one.
func Token(w http.ResponseWriter, role wire.Role) {
	english, korean := again(role)
	unauthorized(w, wire.ProblemToken, "no good token", "this server does not know the token: "+english+" / 서버가 이 토큰을 모릅니다: "+korean)
}

// Expired answers that the token has expired.
func Expired(w http.ResponseWriter, role wire.Role) {
	english, korean := again(role)
	unauthorized(w, wire.ProblemExpired, "token has ended", "the token has ended: "+english+" / 토큰의 기간이 끝났습니다: "+korean)
}

// Revoked answers that the token was revoked.
func Revoked(w http.ResponseWriter, role wire.Role) {
	detail := "this token was revoked: ask an administrator / 토큰이 해제되었습니다: 관리자에게 문의하세요"
	if role == wire.RoleDevice {
		detail = "this device was unpaired: ask an administrator / 페어링이 해제되었습니다: 관리자에게 문의하세요"
	}
	unauthorized(w, wire.ProblemRevoked, "token was revoked", detail)
}

// Forbidden answers that the token is valid, but not for this mart or this call, which needs a role. The
// answer is the same if there is no such mart.
func Forbidden(w http.ResponseWriter, role wire.Role) {
	english, korean := again(role)
	write(w, http.StatusForbidden, wire.ProblemForbidden, "not for this token",
		"the token is for another mart or another use: check the mart ID, or "+english+" / 다른 매장이나 다른 용도의 토큰입니다: 매장 ID를 확인하거나 "+korean)
}

// NotRenewable answers that a token is not renewed, though it is valid.
func NotRenewable(w http.ResponseWriter) {
	write(w, http.StatusForbidden, wire.ProblemForbidden, "not to be renewed",
		"this token was not made to be renewed: pair the device before it expires / 연장할 수 없는 등록입니다: 만료되기 전에 기기를 다시 등록하세요")
}

// NoDevice answers that a mart has no device of an ID.
func NoDevice(w http.ResponseWriter) {
	write(w, http.StatusNotFound, wire.ProblemNoDevice, "no such device",
		"the mart has no device of this ID: see jumun-server devices / 이 매장에 그런 ID의 기기가 없습니다: jumun-server devices를 확인하세요")
}

// NotRevoked answers that what a request would take back is not revoked.
func NotRevoked(w http.ResponseWriter) {
	write(w, http.StatusNotFound, wire.ProblemNotRevoked, "not revoked",
		"it is not revoked: see jumun-server revoke --list / 해제된 적이 없습니다: jumun-server revoke --list를 확인하세요")
}

// NoTest answers that a test alarm is not the last one of the mart, or too old.
func NoTest(w http.ResponseWriter) {
	write(w, http.StatusNotFound, wire.ProblemNoTest, "no such test alarm",
		"it is not the last test alarm of the mart, or older than an hour: send another one / 이 매장의 마지막 테스트 알림이 아니거나 한 시간이 지났습니다: 다시 보내세요")
}

// FullTest answers that too many devices have answered a test alarm.
func FullTest(w http.ResponseWriter) {
	write(w, http.StatusInsufficientStorage, wire.ProblemFull, "too many answers",
		"too many devices of the mart have answered this test alarm: revoke those that are gone / 이 테스트 알림에 답한 기기가 너무 많습니다: 쓰지 않는 기기를 해제하세요")
}

// Full answers that there is no room for another revocation of this kind.
func Full(w http.ResponseWriter) {
	write(w, http.StatusInsufficientStorage, wire.ProblemFull, "too many revocations",
		"NOT revoked: too many are, at this mart or in all; revoke the whole mart, or ask an administrator for all marts / 해제하지 못했습니다: 해제 목록이 가득 찼습니다. 매장 전체를 해제하거나 전체 관리자에게 문의하세요")
}

// Code answers that a pairing code is wrong, whatever the reason.
func Code(w http.ResponseWriter) {
	write(w, http.StatusForbidden, wire.ProblemCode, "code is not good",
		"the mart ID or the code is wrong, or the code was used or has ended: ask an administrator for a new code / 매장 ID나 등록 코드가 틀렸거나, 이미 쓴 코드이거나, 시간이 지났습니다: 관리자에게 새 코드를 요청하세요")
}

// Link answers that the code of an administrator's link is not good, whatever the reason.
func Link(w http.ResponseWriter) {
	write(w, http.StatusForbidden, wire.ProblemCode, "link is not good",
		"the link was used or has ended: make a new one by jumun-server admin-link / 이미 쓴 링크이거나 시간이 지났습니다: jumun-server admin-link로 새 링크를 만드세요")
}

// Enrol answers that an enrolment key is not good for a computer, whatever the reason.
func Enrol(w http.ResponseWriter) {
	write(w, http.StatusForbidden, wire.ProblemEnrol, "enrolment key is not good",
		"the enrolment key is wrong, used up, ended or revoked, or not for this computer: an administrator sees why by jumun-server enrol --list / 등록 키가 틀렸거나, 다 썼거나, 기한이 지났거나, 해제되었거나, 이 PC용이 아닙니다: 관리자가 jumun-server enrol --list에서 이유를 볼 수 있습니다")
}

// NoEnrolment answers that there is no enrolment key of an ID, or none that this administrator may see.
func NoEnrolment(w http.ResponseWriter) {
	write(w, http.StatusNotFound, wire.ProblemNoEnrol, "no such enrolment key",
		"there is no enrolment key of this ID: see jumun-server enrol --list / 그런 ID의 등록 키가 없습니다: jumun-server enrol --list를 확인하세요")
}

// FullEnrolments answers that there is no room for another enrolment key of this administrator.
func FullEnrolments(w http.ResponseWriter) {
	write(w, http.StatusInsufficientStorage, wire.ProblemFull, "too many enrolment keys",
		"there are too many enrolment keys, or computers in them: one that ended or was revoked makes room a week later / 등록 키나 그 안의 PC가 너무 많습니다: 끝났거나 해제한 키는 일주일 뒤에 자리가 납니다")
}

// TooMany answers that a client asks for more than it may, and when it may ask again.
func TooMany(w http.ResponseWriter, after time.Duration) {
	seconds := strconv.Itoa(max(int(math.Ceil(after.Seconds())), 1))
	w.Header().Set("Retry-After", seconds)
	write(w, http.StatusTooManyRequests, wire.ProblemTooMany, "too many requests",
		"too many requests: try again in "+seconds+" s / 요청이 너무 많습니다: "+seconds+"초 후 다시 시도하세요")
}
