package escalation

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jumun/server/internal/escalation/webhook"
	"jumun/shared/order"
)

// An event is what people are told: the body of a webhook.
type event struct {
	Type      Cause     `json:"type"`
	Timestamp time.Time `json:"timestamp"` // when it was found out; RFC 3339
	Text      string    `json:"text"`      // ready to be sent to a person
	Data      data      `json:"data"`

	occurrence string // tells it from others of its cause at its mart; noted as dueEvent
}

// data is what a program reads.
type data struct {
	MartID    order.MartID  `json:"martId,omitempty"`
	MartName  string        `json:"martName,omitempty"`
	OrderID   order.OrderID `json:"orderId,omitempty"` // what staff call out
	ID        order.ID      `json:"id,omitempty"`      // of the order's event
	Key       string        `json:"key,omitempty"`     // the publisher's own
	Summary   string        `json:"summary,omitempty"`
	Amount    string        `json:"amount,omitempty"`
	At        time.Time     `json:"at,omitzero"`         // when the order was recorded, or nobody was there any more; RFC 3339
	Seconds   int64         `json:"seconds,omitzero"`    // since then
	Times     int           `json:"times,omitempty"`     // so often people were told of this order that nobody answers
	Device    string        `json:"device,omitempty"`    // on which a person has answered
	Connected int           `json:"connected,omitempty"` // devices that are connected, and cannot be heard
	Way       string        `json:"way,omitempty"`       // by which something came that was no order
	Reason    string        `json:"reason,omitempty"`    // what was wrong with it
}

// id returns the webhook-id of e: the same whoever finds e out, however often.
func (e event) id() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(e.Type), string(e.Data.MartID), e.occurrence}, "\n")))
	return "msg_" + base64.RawURLEncoding.EncodeToString(sum[:18])
}

// message returns e as t gets it.
func (e event) message(t target) webhook.Message {
	e.Text = e.text(t.language)
	var body []byte
	if t.Format == webhook.Slack {
		body, _ = json.Marshal(map[string]string{"text": slackEscapes.Replace(e.Text)}) // it cannot fail, nor can the next
	} else {
		body, _ = json.Marshal(e)
	}
	return webhook.Message{ID: e.id(), Body: body}
}

// slackEscapes keeps what publishers wrote from calling people: <!channel>.
var slackEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// TestMessage returns a message that says that it is a test.
func TestMessage(format string, now time.Time) webhook.Message {
	e := event{Type: "test", Timestamp: now.UTC(), occurrence: now.Format(time.RFC3339Nano)}
	return e.message(target{Target: webhook.Target{Format: format}, language: korean})
}

// A language is that of a text.
type language string

const korean, english language = "ko", "en"

// text returns what a person reads of e.
func (e event) text(l language) string {
	if l == english {
		return e.english()
	}
	return e.korean()
}

func (e event) korean() string {
	d, long := e.Data, longKorean(e.Data.Seconds)
	mart := "매장 " + string(d.MartID)
	if d.MartName != "" {
		mart = d.MartName + "(" + string(d.MartID) + ")"
	}
	switch e.Type {
	case Undelivered:
		return fmt.Sprintf("[주문 미전달] %s: 주문 %s%s, %s째 받을 수 있는 PC가 없습니다. 매장에 연락해 주세요.", mart, d.OrderID, d.details(), long)
	case Unconfirmed:
		return fmt.Sprintf("[주문 미확인] %s: 주문 %s%s, %s째 아무도 확인하지 않았습니다. 매장에 연락해 주세요.", mart, d.OrderID, d.details(), long)
	case Confirmed:
		return fmt.Sprintf("[주문 확인됨] %s: 주문 %s, %s 만에 확인했습니다%s.", mart, d.OrderID, long, inBrackets(d.Device))
	case Withdrawn:
		return fmt.Sprintf("[주문 취소됨] %s: 주문 %s, 더 확인하지 않아도 됩니다.", mart, d.OrderID)
	case Offline:
		return fmt.Sprintf("[매장 연결 끊김] %s: %s째 주문을 들을 수 있는 PC가 없습니다(연결된 PC %d대). 매장에 연락해 주세요.", mart, long, d.Connected)
	case Online:
		return fmt.Sprintf("[매장 연결됨] %s: 다시 주문을 들을 수 있습니다. %s 동안 들을 수 없었습니다.", mart, long)
	case Refused:
		return fmt.Sprintf("[주문 형식 오류] 주문이 아닌 메시지를 받아 울리지 않았습니다(%s, %s). 주문을 보내는 프로그램을 확인해 주세요.", d.Way, d.Reason)
	}
	return "jumun 테스트 메시지입니다. 이 메시지가 보이면 알림이 잘 전달됩니다."
}

func (e event) english() string {
	d, long := e.Data, (time.Duration(e.Data.Seconds) * time.Second).String()
	mart := "mart " + string(d.MartID)
	if d.MartName != "" {
		mart = d.MartName + " (" + string(d.MartID) + ")"
	}
	switch e.Type {
	case Undelivered:
		return fmt.Sprintf("[order not delivered] %s: no PC is there to take order %s%s, for %s. Call the store.", mart, d.OrderID, spaced(d.details()), long)
	case Unconfirmed:
		return fmt.Sprintf("[order not answered] %s: nobody has answered order %s%s for %s. Call the store.", mart, d.OrderID, spaced(d.details()), long)
	case Confirmed:
		return fmt.Sprintf("[order answered] %s: order %s was answered after %s%s.", mart, d.OrderID, long, spaced(inBrackets(d.Device)))
	case Withdrawn:
		return fmt.Sprintf("[order withdrawn] %s: order %s needs no answer any more.", mart, d.OrderID)
	case Offline:
		return fmt.Sprintf("[store offline] %s: no PC can be heard, for %s (%d connected). Call the store.", mart, long, d.Connected)
	case Online:
		return fmt.Sprintf("[store online] %s: orders can be heard again, after %s.", mart, long)
	case Refused:
		return fmt.Sprintf("[no order] A message that is no order was refused (%s, %s). Look at the program that sends orders.", d.Way, d.Reason)
	}
	return "This is a test message of jumun. If you see it, messages arrive."
}

// details returns what is known of an order beside its number.
func (d data) details() string {
	return inBrackets(strings.Trim(strings.Join([]string{d.Summary, d.Amount}, ", "), ", "))
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// spaced returns s with a space before it, unless it is empty.
func spaced(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// longKorean returns a time as people say it.
func longKorean(seconds int64) string {
	switch minutes := seconds / 60; {
	case minutes == 0:
		return fmt.Sprintf("%d초", seconds)
	case minutes < 60:
		return fmt.Sprintf("%d분", minutes)
	case minutes%60 == 0:
		return fmt.Sprintf("%d시간", minutes/60)
	default:
		return fmt.Sprintf("%d시간 %d분", minutes/60, minutes%60)
	}
}
