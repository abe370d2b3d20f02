package uitest

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"fyne.io/fyne/v2"

	"jumun/assets/translations"
)

// samples are the texts of a picture that come from outside: from publishers, servers, people and the system.
var samples = []string{
	"강남점", "카운터", "카운터 PC", "주방 태블릿 2번", "Counter", "TEST", "PC", "한국어", "English", "/home/shop/벨.wav", "/tmp/jumun.zip", "/etc/ssl/our.pem",
	"https://jumun.example.com", "http://jumun.example.com", "ABCD-EFGH", "ABCD", "아메리카노 2, 카페라테 1", "아메리카노 ICE 3", "아메리카노 2", "김치찌개 1, 공기밥 2", "김치찌개 2, 공기밥 1",
	"후라이드치킨 1, 양념치킨 1, 콜라 1.25L 1, 치킨무 2, 소스 추가", "치즈김밥 2줄, 떡볶이 1, 어묵탕 1, 순대 반, 튀김 모둠(김말이 3, 오징어 2), 음료 4",
	"1,234,567,890,123원 (배달비 포함)", strings.Repeat("아주 긴 이름의 세트 메뉴 1, ", 12), strings.Repeat("매장이름", 16), "jumun", "PIN",
}

// amount is what a publisher writes for what was paid.
var amount = regexp.MustCompile(`^[\d,]+원$`)

// A vocabulary tells what a person is told in one language from what a picture has invented.
type vocabulary struct {
	plain    map[string]bool
	messages []message // those with a value
}

// A message is a translation with what it has in {{.Name}}.
type message struct {
	whole  *regexp.Regexp
	counts []bool // whether each of its values is a number
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func newVocabulary(t testing.TB, language string) (v vocabulary) {
	t.Helper()
	raw, err := translations.Files.ReadFile(language + ".json")
	texts := map[string]string{}
	if err == nil {
		err = json.Unmarshal(raw, &texts)
	}
	if err != nil {
		t.Fatal(err)
	}
	v.plain = map[string]bool{}
	for _, text := range texts {
		text = strings.Join(strings.Fields(text), " ")
		v.plain[text] = true
		if placeholder.MatchString(text) {
			v.messages = append(v.messages, messageOf(text))
		}
	}
	return v
}

func messageOf(text string) (m message) {
	for _, name := range placeholder.FindAllStringSubmatch(text, -1) {
		m.counts = append(m.counts, name[1] == "N" || name[1] == "Page" || name[1] == "Pages" || name[1] == "Waiting")
	}
	parts := placeholder.Split(text, -1)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	m.whole = regexp.MustCompile("^" + strings.Join(parts, "(.+)") + "$")
	return m
}

// isSaid reports whether a text is a translation, comes from outside, or has no words.
func (v vocabulary) isSaid(text string) bool {
	if !strings.ContainsFunc(text, unicode.IsLetter) || v.plain[text] || amount.MatchString(text) {
		return true
	}
	for _, s := range samples {
		if s = strings.TrimSpace(s); s == text || strings.HasSuffix(text, "…") && strings.HasPrefix(s, strings.TrimSuffix(text, "…")) {
			return true
		}
	}
	for _, m := range v.messages {
		if v.isSaidBy(m, text) {
			return true
		}
	}
	return false
}

// isSaidBy reports whether text is m with values that are said themselves.
func (v vocabulary) isSaidBy(m message, text string) bool {
	values := m.whole.FindStringSubmatch(text)
	if values == nil {
		return false
	}
	for i, value := range values[1:] {
		if m.counts[i] && strings.ContainsFunc(value, unicode.IsLetter) || !m.counts[i] && !v.isSaid(value) {
			return false
		}
	}
	return true
}

// mostLines are the most lines that one text of a picture has.
const mostLines = 16

// everyTextIsSaid fails the test for every text under o that nobody says. A text that has several lines
// is several texts on the window.
func everyTextIsSaid(t *testing.T, language string, o fyne.CanvasObject) {
	t.Helper()
	v := newVocabulary(t, language)
	for texts := Strings(o); len(texts) > 0; {
		n := v.longest(texts)
		if n == 0 {
			t.Errorf("nobody says %q", texts[0])
			n = 1
		}
		texts = texts[n:]
	}
}

// longest returns how many of the first texts are one that is said, or 0.
func (v vocabulary) longest(texts []string) int {
	for n := min(mostLines, len(texts)); n > 0; n-- {
		for _, between := range []string{" ", ""} {
			if v.isSaid(strings.TrimSpace(strings.Join(texts[:n], between))) {
				return n
			}
		}
	}
	if v.areSaid(texts[0]) {
		return 1
	}
	return 0
}

// areSaid reports whether a text is several that are said, such as a state, a time and a device.
func (v vocabulary) areSaid(text string) bool {
	for i, r := range text {
		if r == ' ' && v.isSaid(text[:i]) && (v.isSaid(text[i+1:]) || v.areSaid(text[i+1:])) {
			return true
		}
	}
	return false
}
