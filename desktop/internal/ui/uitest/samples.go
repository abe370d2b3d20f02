package uitest

import (
	"fmt"
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// Cards returns a popup with a card for each order.
func Cards(orders ...order.OrderID) ipc.Popup {
	var p ipc.Popup
	for _, k := range Keys(orders...) {
		p.Cards = append(p.Cards, ipc.Card{Key: k, At: time.Now()})
	}
	return p
}

// Keys returns the keys of orders of mart 42.
func Keys(orders ...order.OrderID) (list []ipc.Key) {
	for _, o := range orders {
		list = append(list, ipc.Key{Mart: "42", Order: o})
	}
	return list
}

// LostBanner is the banner about a lost connection.
func LostBanner() ipc.Banner {
	return ipc.Banner{Tone: ipc.ToneBad, Text: "서버와 연결이 끊겼습니다", Do: "인터넷과 공유기를 확인하세요. 새 주문은 연결되면 한꺼번에 옵니다"}
}

// Settings returns settings that look the same on every PC.
func Settings() settings.Settings {
	return settings.Settings{Server: "https://jumun.example.com", Mart: "42", Device: "카운터", Volume: 0.8, Repeat: 2, Remind: 3,
		Aging: settings.Aging{Late: 1, VeryLate: 5}, Patience: 20, Hours: settings.Hours{Open: "09:00", Close: "22:00", Outside: settings.OutsidePopup},
		Scale: 1, Login: true, Awake: true}
}

// BadAddressText is what CheckAddress says about a bad address.
const BadAddressText = "https://로 시작하는 주소를 입력하세요"

// CheckAddress stands in for the agent's check of settings: a server and a mart are needed.
func CheckAddress(s settings.Settings) map[string]string {
	found := map[string]string{}
	if !strings.HasPrefix(s.Server, "http") {
		found["server"] = BadAddressText
	}
	if s.Mart == "" {
		found["mart"] = "매장 번호를 입력하세요"
	}
	return found
}

// Dinner is the time of the newest row that Rows returns.
func Dinner() time.Time { return time.Date(2024, 7, 27, 18, 30, 0, 0, time.Local) }

// Rows returns n rows of a history, newest first. The first ones wait.
func Rows(n, waiting int) (rows []ipc.Row) {
	foods := []string{"김치찌개 2, 공기밥 1", "아메리카노 ICE 3", "치즈김밥 2줄, 떡볶이 1, 어묵탕 1, 순대 반, 튀김 모둠(김말이 3, 오징어 2), 음료 4", ""}
	for i := range n {
		at := Dinner().Add(-time.Duration(i) * 7 * time.Minute)
		r := ipc.Row{Mart: "42", Order: order.OrderID(fmt.Sprintf("%s-%04d", at.Format("20060102"), n-i)), At: at, Summary: foods[i%4], Amount: "12,000원", MartName: "강남점"}
		if r.Waiting = i < waiting; !r.Waiting && i%5 != 4 {
			r.Again = true
			r.Ended, r.By = at.Add(2*time.Minute), []string{"카운터 PC", "주방 태블릿 2번", "Counter"}[i%3]
		}
		rows = append(rows, r)
	}
	return rows
}

// Find answers a search in rows, as the agent does.
func Find(rows []ipc.Row, f ipc.Query) ipc.HistoryPage {
	found := ipc.HistoryPage{Query: f}
	var hits []ipc.Row
	for _, r := range rows {
		if strings.Contains(string(r.Order), f.Text) {
			hits = append(hits, r)
			if r.Waiting {
				found.Waiting++
			}
		}
	}
	found.Total = len(hits)
	if f.Offset < len(hits) {
		found.Rows = hits[f.Offset:min(f.Offset+f.Limit, len(hits))]
	}
	return found
}
