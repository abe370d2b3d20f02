package agent

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/orders"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

var updateGallery = flag.Bool("update", false, "write anew what the windows' gallery shows")

// galleryFile has what an agent says to its ui process, by language and screen, one popup after another.
// The gallery of the popup shows it, so that its pictures are those of the program.
const galleryFile = "../ui/uitest/popups.json"

// A shop is an agent, without its loop, on a day in a shop.
type shop struct {
	*Agent
	t     *testing.T
	count int // of orders
}

// openShop returns a shop at 12:30, which has been connected since the morning.
func openShop(t *testing.T, language string) *shop {
	tr, err := i18n.New(language)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, Agent: &Agent{Config: Config{Translator: tr, Log: slog.New(slog.DiscardHandler), OrdersPath: filepath.Join(t.TempDir(), "orders")}}}
	time.Sleep(time.Until(time.Now().Truncate(24 * time.Hour).Add(9 * time.Hour)))
	s.settings = settings.Default()
	s.settings.Mart, s.settings.MartName = "42", settings.MartName{Mart: "42", Name: "강남점"}
	s.decider.SetSettings(s.settings)
	s.openOrders()
	t.Cleanup(func() { _ = s.orders.Close() })
	s.decider.SetConnection(ipc.Connected, time.Now())
	s.currentAlarm(time.Now())
	time.Sleep(3*time.Hour + 30*time.Minute)
	return s
}

// place takes an order that came some minutes ago.
func (s *shop) place(number string, ago time.Duration, summary, amount string) {
	s.count++
	s.storeEvents([]order.Event{{ID: order.ID(fmt.Sprintf("%d-0", s.count)), Mart: "42", Order: order.OrderID(number), Kind: order.Placed,
		At: time.Now().Add(-ago).UTC(), Details: order.Details{Summary: summary, Amount: amount}}})
	s.ordersChanged()
}

// busy takes that many orders, two minutes apart.
func (s *shop) busy(n int) {
	summaries := []string{"후라이드치킨 1, 양념치킨 1, 콜라 1.25L 1, 치킨무 2, 소스 추가", "아메리카노 2", "김치찌개 1, 공기밥 2", ""}
	amounts := []string{"43,500원", "9,000원", "", "12,000원"}
	for i := range n {
		s.place(fmt.Sprintf("20260727-%04d", i+1), time.Duration(n-1-i)*2*time.Minute+30*time.Second, summaries[i%4], amounts[i%4])
	}
}

func (s *shop) cancel(id order.ID) {
	s.storeEvents([]order.Event{{ID: "999-0", Of: id, Mart: "42", Order: "20260727-0001", Kind: order.Cancelled, At: time.Now().UTC()}})
	s.ordersChanged()
}

// done confirms an order here.
func (s *shop) done(number string) {
	for _, e := range s.orders.Open() {
		if string(e.Order) == number {
			s.orders.Confirm(orders.Key{Mart: e.Mart, ID: e.ID}, "카운터", time.Now())
			s.offerUndo([]ipc.Key{{Mart: e.Mart, ID: e.ID, Order: e.Order}})
		}
	}
	s.ordersChanged()
}

// says returns what the agent says now.
func (s *shop) says() ipc.Popup {
	now := time.Now().UTC()
	return s.popup(s.currentAlarm(now), now)
}

// gallery returns what happens before each screen, which is about what is said at its end; a screen that
// is about a change has two.
func gallery() map[string]func(*shop) []ipc.Popup {
	long := strings.Repeat("아주 긴 이름의 세트 메뉴 1, ", 12)
	return map[string]func(*shop) []ipc.Popup{
		"one": func(s *shop) []ipc.Popup {
			s.place("1001", 0, "아메리카노 2, 카페라테 1", "13,500원")
			return nil
		},
		"office": func(s *shop) []ipc.Popup { s.decider.StartOfficeTest("1-0", time.Now()); return nil },
		"four":   func(s *shop) []ipc.Popup { s.busy(4); return nil },
		"five":   func(s *shop) []ipc.Popup { s.busy(5); return nil },
		"twelve": func(s *shop) []ipc.Popup { s.busy(12); return nil },
		"beyond": func(s *shop) []ipc.Popup { s.busy(300); return nil },
		"lost": func(s *shop) []ipc.Popup {
			s.decider.SetConnection(ipc.Connecting, time.Now())
			s.connectionDetail = s.Translator.Text("client.offline")
			time.Sleep(time.Minute)
			return nil
		},
		"paused": func(s *shop) []ipc.Popup {
			s.busy(2)
			s.decider.Pause(time.Now().UTC(), popupPause-time.Second)
			return nil
		},
		"closed": func(s *shop) []ipc.Popup {
			s.settings.Hours = settings.Hours{Open: "17:00", Close: "23:00", Outside: settings.OutsidePopup}
			s.decider.SetSettings(s.settings)
			s.busy(1)
			return nil
		},
		"other": func(s *shop) []ipc.Popup {
			s.orders.Gap("42")
			s.ordersChanged()
			s.decider.StartTest(time.Now().UTC())
			return nil
		},
		"unreadable": func(s *shop) []ipc.Popup { s.orders.Unreadable("42", "1-0"); s.ordersChanged(); return nil },
		"long": func(s *shop) []ipc.Popup {
			name := strings.Repeat("매장이름", 16)
			s.settings.MartName.Name = name
			s.place(strings.Repeat("20260727-0001234", 4), 0, long, "1,234,567,890,123원 (배달비 포함)")
			s.place(name, 0, "", "")
			return nil
		},
		"cancelled": func(s *shop) []ipc.Popup {
			s.busy(3)
			s.cancel("1-0")
			before := s.says()
			s.done("20260727-0002")
			return []ipc.Popup{before}
		},
		"too-late": func(s *shop) []ipc.Popup {
			s.busy(1)
			s.reopenedTooLate(orders.Ack{Key: orders.Key{Mart: "42", ID: "1-0"}, Order: "20260727-0001"})
			return nil
		},
		"undo": func(s *shop) []ipc.Popup {
			s.busy(5)
			before := s.says()
			s.done("20260727-0002")
			return []ipc.Popup{before}
		},
		"undo-newest": func(s *shop) []ipc.Popup {
			s.busy(5)
			before := s.says()
			s.done("20260727-0005")
			return []ipc.Popup{before}
		},
		"open": func(s *shop) []ipc.Popup {
			s.orders.Gap("42")
			s.place("20260727-0001", 8*time.Minute, long, "43,500원")
			s.place("20260727-0002", 30*time.Second, "", "")
			return nil
		},
		"all": func(s *shop) []ipc.Popup {
			s.orders.Gap("42")
			s.busy(5)
			s.decider.Pause(time.Now().UTC(), popupPause-time.Second)
			return nil
		},
	}
}

func TestTheGalleryShowsWhatTheAgentSays(t *testing.T) {
	said := map[string]map[string][]ipc.Popup{"ko": {}, "en": {}}
	for language, screens := range said {
		for name, happens := range gallery() {
			synctest.Test(t, func(t *testing.T) {
				s := openShop(t, language)
				screens[name] = append(happens(s), s.says())
			})
		}
	}
	got, err := json.MarshalIndent(said, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	if *updateGallery {
		if err := os.WriteFile(galleryFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(galleryFile); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the agent says something else than the gallery shows, %v: run the test with -update, then the tests of desktop/internal/ui/popup", err)
	}
}
