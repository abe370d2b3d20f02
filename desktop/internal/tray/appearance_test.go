package tray

import (
	"bytes"
	"image/png"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"jumun/assets/icons"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

func TestTheTooltipAndTheFirstItemShowTheStatus(t *testing.T) {
	tests := []struct {
		name      string
		view      View
		tip, line string
	}{
		{"nothing is known yet", View{}, "jumun", "jumun"},
		{"all is well", View{Icon: ipc.Connected, Status: "연결됨 · 매장 42"}, "jumun: 연결됨 · 매장 42", "연결됨 · 매장 42"},
		{"orders wait", View{Icon: ipc.IconWaiting, Status: "기다리는 주문 2건", Waiting: 2}, "jumun: 기다리는 주문 2건", "기다리는 주문 2건"},
		{"orders wait, and worse", View{Icon: ipc.Lost, Status: "연결 끊김", Waiting: 2}, "jumun: 연결 끊김 · 주문 2건 대기", "연결 끊김 · 주문 2건 대기"},
		{"orders wait without words", View{Icon: ipc.Lost, Waiting: 2}, "jumun: 주문 2건 대기", "주문 2건 대기"},
		{"what is wrong fits, and what to do does not", View{Icon: ipc.Lost, Status: "Not connected. " + strings.Repeat("Do this ", 20), Waiting: 2},
			"jumun: Not connected · 주문 2건 대기", "Not connected · 주문 2건 대기"},
		{"one long sentence", View{Icon: ipc.Lost, Status: strings.Repeat("word ", 30)}, "jumun: " + strings.Repeat("word ", 22) + "word…", strings.Repeat("word ", 22) + "word…"},
		{"an emoji of three people", View{Status: "👨‍👩‍👧 세트"}, "jumun: 👨‍👩‍👧 세트", "👨‍👩‍👧 세트"},
		{"lines of a server", View{Status: " one\r\n\ttwo\x00 "}, "jumun: one two", "one two"},
	}
	ko, err := i18n.New("ko")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := appearance{icon: tt.view.Icon, badge: tt.view.Waiting, tooltip: tt.tip, status: tt.line}
			if got := appearanceOf(ko, tt.view); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}

func TestLongLinesFitIntoATooltipOfWindows(t *testing.T) {
	for _, c := range []string{"a", "가", "🍜"} {
		tip := appearanceOf(&i18n.Translator{}, View{Status: strings.Repeat(c, 500)}).tooltip
		if n := len(utf16.Encode([]rune(tip))); n > maxTooltip || n < maxTooltip-1 || !strings.HasSuffix(tip, c+"…") {
			t.Errorf("%d units: %s", n, tip)
		}
	}
}

func TestALabelShowsTheMnemonicCharacterOfAName(t *testing.T) {
	if got := escape("a" + mnemonic + "b"); mnemonic != "" && got != "a"+mnemonic+mnemonic+"b" {
		t.Errorf("%q", got)
	}
}

func TestOurPicturesHaveOneSize(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // where they are files, and nobody reads them halfway
	}
	for _, state := range []string{ipc.NotSet, ipc.Connecting, ipc.Connected, ipc.Lost, ipc.Refused, ipc.IconWaiting, ipc.IconAttention} {
		for waiting := range maxBadge + 1 {
			if p, err := png.DecodeConfig(bytes.NewReader(icons.Tray(state, waiting))); err != nil || p.Width != 64 || p.Height != 64 {
				t.Errorf("%s, %d: %d×%d, %v", state, waiting, p.Width, p.Height, err)
			}
		}
	}
}
