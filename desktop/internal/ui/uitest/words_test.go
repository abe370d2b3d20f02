package uitest

import (
	"testing"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

func TestAnInventedTextIsFound(t *testing.T) {
	App(t)
	v := newVocabulary(t, "ko")
	tests := []struct {
		name  string
		lines []string
		want  bool
	}{
		{"a translation", []string{"알림 창 위치"}, true},
		{"of two lines", []string{"연결이 끊겨 주문을", "받지 못하고 있습니다"}, true},
		{"with a number", []string{"외 12건 보기"}, true},
		{"with a text that is one", []string{"연결 끊김 · 다시 연결하는 중입니다"}, true},
		{"with a text that is none", []string{"연결 끊김 · 잠깐만요"}, false},
		{"several", []string{"확인됨 18:25 카운터 PC"}, true},
		{"what a publisher wrote", []string{"12,000원"}, true},
		{"another language's", []string{"Place of the popup"}, false},
		{"an invented one", []string{"서버와 연결이 끊겼습니다"}, false},
		{"the end of one", []string{"창 위치"}, false},
	}
	for _, tt := range tests {
		box := container.NewVBox()
		for _, line := range tt.lines {
			box.Add(canvas.NewText(line, nil))
		}
		if got := v.longest(Strings(box)) == len(tt.lines); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
