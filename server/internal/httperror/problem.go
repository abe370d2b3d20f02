// Package httperror answers HTTP requests that fail with a problem document (RFC 9457), in
// English and in Korean. Each function is one problem, and says what to do.
package httperror

import (
	"encoding/json"
	"net/http"
	"strings"

	"jumun/shared/wire"
)

// write answers with a Problem. kind is its type, title describes the type, and detail says
// what happened and what to do.
func write(w http.ResponseWriter, status int, kind, title, detail string) {
	body, _ := json.Marshal(wire.Problem{Type: kind, Title: title, Status: status, Detail: detail}) // a Problem can always be marshalled
	w.Header().Set("Content-Type", wire.ProblemType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client may be gone
}

// MartID answers that the mart ID in the path is malformed.
func MartID(w http.ResponseWriter, err error) {
	write(w, http.StatusBadRequest, wire.ProblemMartID, "malformed mart ID",
		err.Error()+": check the mart ID in the settings / 설정의 매장 ID를 확인하세요")
}

// OrderID answers that the order ID in the path is malformed.
func OrderID(w http.ResponseWriter, err error) {
	write(w, http.StatusBadRequest, wire.ProblemOrderID, "malformed order ID",
		err.Error()+": check the order number / 주문 번호를 확인하세요")
}

// Query answers that a parameter in the query is malformed. detail says which one, and what
// is allowed.
func Query(w http.ResponseWriter, detail string) {
	write(w, http.StatusBadRequest, wire.ProblemQuery, "malformed query",
		detail+": correct the address / 주소의 쿼리를 고치세요")
}

// Malformed answers that the body is malformed; err says how.
func Malformed(w http.ResponseWriter, err error) {
	write(w, http.StatusBadRequest, wire.ProblemMalformed, "malformed body",
		err.Error()+": correct what is sent, sending it again will not help / 보낸 내용을 고치세요. 그대로 다시 보내면 안 됩니다")
}

// TooLarge answers that the body is too large; err says how many bytes are allowed.
func TooLarge(w http.ResponseWriter, err error) {
	write(w, http.StatusRequestEntityTooLarge, wire.ProblemTooLarge, "body too large",
		err.Error()+": send less / 내용을 줄이세요")
}

// NotReady answers that Redis cannot be used. The reason is for the operator only.
func NotReady(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "3")
	write(w, http.StatusServiceUnavailable, wire.ProblemNotReady, "not ready",
		"the server cannot reach its Redis: try again in a few seconds / 서버가 Redis를 사용할 수 없습니다: 몇 초 후 다시 시도하세요")
}

// OtherKeys answers that the server has other keys than the other servers, so that a token that it does
// not know may be good. The reason is for the operator only.
func OtherKeys(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "3")
	write(w, http.StatusServiceUnavailable, wire.ProblemNotReady, "not ready",
		"this server has other keys than the other servers: its operator must look at its log; the device stays paired / 서버의 키 파일이 다른 서버와 다릅니다: 서버 관리자가 로그를 확인해야 합니다. 기기 등록은 그대로입니다")
}

// TooLate answers that a confirmation cannot be taken back any more.
func TooLate(w http.ResponseWriter) {
	write(w, http.StatusConflict, wire.ProblemTooLate, "too late",
		"only an order that was confirmed within the last minute can be opened again: look after it by hand / 확인한 지 1분이 지나 되돌릴 수 없습니다: 주문을 직접 챙겨 주세요")
}

// NotRecorded answers that it is not known whether an order is recorded. The reason is for the
// operator only.
func NotRecorded(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "3")
	write(w, http.StatusServiceUnavailable, wire.ProblemNotReady, "not ready",
		"it is not known whether the order is recorded: send it again in a few seconds, it rings once / 주문이 기록되었는지 알 수 없습니다: 몇 초 후 다시 보내세요. 한 번만 울립니다")
}

// NotReplicated answers that an order rings, but that a failover of Redis may lose it.
func NotReplicated(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "3")
	write(w, http.StatusServiceUnavailable, wire.ProblemNotReady, "not replicated",
		"the order is recorded and rings, but no replica of Redis has it yet: send it again in a few seconds, it rings once / 주문은 기록되어 울리지만 Redis 복제본에 아직 없습니다: 몇 초 후 다시 보내세요. 한 번만 울립니다")
}

// Busy answers that there are too many requests at once.
func Busy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	write(w, http.StatusServiceUnavailable, wire.ProblemBusy, "busy",
		"too many requests at once: try again / 요청이 너무 많습니다: 다시 시도하세요")
}

// Draining answers that this server is stopping, and closes the connection: its next request
// would come here again.
func Draining(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	w.Header().Set("Retry-After", "1")
	write(w, http.StatusServiceUnavailable, wire.ProblemDraining, "draining",
		"this server is stopping: try again, another one will answer / 서버가 종료 중입니다: 다시 시도하면 다른 서버가 응답합니다")
}

// Method answers that only these methods are allowed.
func Method(w http.ResponseWriter, allowed ...string) {
	list := strings.Join(allowed, ", ")
	w.Header().Set("Allow", list)
	write(w, http.StatusMethodNotAllowed, wire.ProblemMethod, "method not allowed",
		"only "+list+" is served here: use it / "+list+"만 지원합니다")
}

// NoSuchPath answers that nothing is served at this path.
func NoSuchPath(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusNotFound, wire.ProblemNoSuchPath, "no such path",
		"nothing is served here: check the server address / 여기에는 아무것도 없습니다: 서버 주소를 확인하세요")
}
