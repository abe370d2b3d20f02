package stream

import (
	"encoding/json"
	"net/http"

	"jumun/shared/wire"
)

// Problem answers with p, as application/problem+json.
func Problem(w http.ResponseWriter, p wire.Problem) {
	body, _ := json.Marshal(p) // a Problem always marshals
	w.Header().Set("Content-Type", wire.ProblemType)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(body, '\n')) // whoever asked may be gone
}

func badMart(w http.ResponseWriter, err error) {
	Problem(w, wire.Problem{
		Type: wire.ProblemMartID, Title: "malformed mart ID", Status: http.StatusBadRequest,
		Detail: err.Error() + ": check the mart ID in the settings / 설정의 매장 ID를 확인하세요",
	})
}

// NotReady answers that Redis cannot be used, and why.
func NotReady(w http.ResponseWriter, err error) {
	w.Header().Set("Retry-After", "3")
	Problem(w, wire.Problem{
		Type: wire.ProblemNotReady, Title: "not ready", Status: http.StatusServiceUnavailable,
		Detail: "Redis cannot be used (" + err.Error() + "): try again in a few seconds / Redis를 사용할 수 없습니다: 몇 초 후 다시 시도하세요",
	})
}

func draining(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	Problem(w, wire.Problem{
		Type: wire.ProblemDraining, Title: "draining", Status: http.StatusServiceUnavailable,
		Detail: "this server is stopping: try again, another one will answer / 서버가 종료 중입니다: 다시 시도하면 다른 서버가 응답합니다",
	})
}

// MethodNotAllowed answers that only GET is served here.
func MethodNotAllowed(w http.ResponseWriter) {
	w.Header().Set("Allow", http.MethodGet)
	Problem(w, wire.Problem{
		Type: wire.ProblemMethod, Title: "method not allowed", Status: http.StatusMethodNotAllowed,
		Detail: "only GET is served here: use GET / GET만 지원합니다: GET을 사용하세요",
	})
}

// NoSuchPath answers that nothing is served here.
func NoSuchPath(w http.ResponseWriter, _ *http.Request) {
	Problem(w, wire.Problem{
		Type: wire.ProblemNoSuchPath, Title: "no such path", Status: http.StatusNotFound,
		Detail: "nothing is served here: check the server address / 여기에는 아무것도 없습니다: 서버 주소를 확인하세요",
	})
}
