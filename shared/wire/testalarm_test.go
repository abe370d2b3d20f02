package wire

import (
	"encoding/json"
	"errors"
	"testing"
	"time"
	"unicode/utf8"

	"jumun/shared/order"
)

func TestATestAlarmIsTheJSONOfTheContract(t *testing.T) {
	at := time.Date(2024, 7, 27, 20, 0, 0, 123e6, time.UTC)
	got, err := json.Marshal(TestAlarm{At: at})
	if err != nil || string(got) != `{"at":"2024-07-27T20:00:00.123Z"}` {
		t.Fatal(string(got), err)
	}
	if back, err := ParseTestAlarm(string(got)); err != nil || !back.At.Equal(at) {
		t.Errorf("read back as %+v, %v", back, err)
	}
	got, _ = json.Marshal(TestedDevice{ID: "device-1", Name: "카운터", Connected: true, TestAnswer: TestAnswer{Sounded: true}})
	if string(got) != `{"id":"device-1","name":"카운터","connected":true,"sounded":true,"shown":false,"heard":false}` {
		t.Error(string(got))
	}
}

func FuzzParseTestAlarm(f *testing.F) {
	f.Add(`{"at":"2024-07-27T20:00:00.123Z"}`)
	f.Add(`{}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, data string) {
		if a, err := ParseTestAlarm(data); err == nil && a.At.IsZero() || err != nil && !errors.Is(err, order.ErrMalformed) {
			t.Fatalf("%q is read as %+v, %v", data, a, err)
		}
	})
}

func FuzzParseTestAnswer(f *testing.F) {
	f.Add([]byte(`{"sounded":true,"shown":true,"heard":true,"problems":["muted"]}`))
	f.Add([]byte(`{"problems":["a\nb",""]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := ParseTestAnswer(body)
		if err != nil {
			if !errors.Is(err, order.ErrMalformed) {
				t.Fatalf("error %v does not wrap ErrMalformed", err)
			}
			return
		}
		if len(a.Problems) > MaxProblems {
			t.Fatalf("%d problems", len(a.Problems))
		}
		for _, problem := range a.Problems {
			if utf8.RuneCountInString(problem) > order.MaxName || problem != order.Line(problem, order.MaxName) {
				t.Fatalf("accepted %q", problem)
			}
		}
	})
}
