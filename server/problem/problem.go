// Package problem answers HTTP requests with what went wrong, in English and in Korean.
package problem

import (
	"encoding/json"
	"net/http"
	"strings"

	"jumun/shared/wire"
)

// Write answers with p, as application/problem+json (RFC 9457).
func Write(w http.ResponseWriter, p wire.Problem) {
	body, _ := json.Marshal(p) // a Problem always marshals
	w.Header().Set("Content-Type", wire.ProblemType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // whoever asked may be gone
}

// MartID answers that the mart ID in the path is malformed.
func MartID(w http.ResponseWriter, err error) {
	Write(w, wire.Problem{
		Type: wire.ProblemMartID, Title: "malformed mart ID", Status: http.StatusBadRequest,
		Detail: err.Error() + ": check the mart ID in the settings / 설정의 매장 ID를 확인하세요",
	})
}

// OrderID answers that the order ID in the path is malformed.
func OrderID(w http.ResponseWriter, err error) {
	Write(w, wire.Problem{
		Type: wire.ProblemOrderID, Title: "malformed order ID", Status: http.StatusBadRequest,
		Detail: err.Error() + ": check the order number / 주문 번호를 확인하세요",
	})
}

// Query answers that a parameter in the query is malformed; detail says which, and what
// it may be.
func Query(w http.ResponseWriter, detail string) {
	Write(w, wire.Problem{
		Type: wire.ProblemQuery, Title: "malformed query", Status: http.StatusBadRequest,
		Detail: detail + ": correct the address / 주소의 쿼리를 고치세요",
	})
}

// Malformed answers that the body is not what it has to be.
func Malformed(w http.ResponseWriter, err error) {
	Write(w, wire.Problem{
		Type: wire.ProblemMalformed, Title: "malformed body", Status: http.StatusBadRequest,
		Detail: err.Error() + ": correct what is sent, sending it again will not help / 보낸 내용을 고치세요. 그대로 다시 보내면 안 됩니다",
	})
}

// TooLarge answers that the body has more than limit bytes.
func TooLarge(w http.ResponseWriter, err error) {
	Write(w, wire.Problem{
		Type: wire.ProblemTooLarge, Title: "body too large", Status: http.StatusRequestEntityTooLarge,
		Detail: err.Error() + ": send less / 내용을 줄이세요",
	})
}

// NotReady answers that Redis cannot be used, and why.
func NotReady(w http.ResponseWriter, err error) {
	w.Header().Set("Retry-After", "3")
	Write(w, wire.Problem{
		Type: wire.ProblemNotReady, Title: "not ready", Status: http.StatusServiceUnavailable,
		Detail: "Redis cannot be used (" + err.Error() + "): try again in a few seconds / Redis를 사용할 수 없습니다: 몇 초 후 다시 시도하세요",
	})
}

// Busy answers that more requests came than can be taken.
func Busy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	Write(w, wire.Problem{
		Type: wire.ProblemBusy, Title: "busy", Status: http.StatusServiceUnavailable,
		Detail: "too many requests at once: try again / 요청이 너무 많습니다: 다시 시도하세요",
	})
}

// Draining answers that this server stops, and ends the connection: the next request on
// it would come here again.
func Draining(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	w.Header().Set("Retry-After", "1")
	Write(w, wire.Problem{
		Type: wire.ProblemDraining, Title: "draining", Status: http.StatusServiceUnavailable,
		Detail: "this server is stopping: try again, another one will answer / 서버가 종료 중입니다: 다시 시도하면 다른 서버가 응답합니다",
	})
}

// Method answers that only these methods are served here.
func Method(w http.ResponseWriter, allowed ...string) {
	list := strings.Join(allowed, ", ")
	w.Header().Set("Allow", list)
	Write(w, wire.Problem{
		Type: wire.ProblemMethod, Title: "method not allowed", Status: http.StatusMethodNotAllowed,
		Detail: "only " + list + " is served here: use it / " + list + "만 지원합니다",
	})
}

// NoSuchPath answers that nothing is served here.
func NoSuchPath(w http.ResponseWriter, _ *http.Request) {
	Write(w, wire.Problem{
		Type: wire.ProblemNoSuchPath, Title: "no such path", Status: http.StatusNotFound,
		Detail: "nothing is served here: check the server address / 여기에는 아무것도 없습니다: 서버 주소를 확인하세요",
	})
}
