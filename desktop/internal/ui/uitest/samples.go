package uitest

import (
	"fmt"
	"strings"
	"time"

	"jumun/desktop/internal/i18n"
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
func LostBanner() ipc.Banner { return Said("ko", "lost")[0].Banner }

// Settings returns settings that look the same on every PC.
func Settings() settings.Settings {
	return settings.Settings{Server: "https://jumun.example.com", Mart: "42", Device: "카운터", Volume: 0.8, Repeat: 2, Remind: 3,
		Aging: settings.Aging{Late: 1, VeryLate: 5}, Patience: 20, Hours: settings.Hours{Open: "09:00", Close: "22:00", Outside: settings.OutsidePopup},
		Scale: 1, Login: true, Awake: true}
}

// Check returns the check of settings that the windows have.
func Check(tr *i18n.Translator) func(settings.Settings) map[string]string {
	return func(s settings.Settings) map[string]string {
		found := map[string]string{}
		for name, id := range settings.Check(settings.Clean(s)) {
			found[name] = tr.Text(id)
		}
		return found
	}
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
