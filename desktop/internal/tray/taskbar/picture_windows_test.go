package taskbar

import (
	"encoding/binary"
	"os"
	"testing"
)

func TestThePictureFitsTheNotificationArea(t *testing.T) {
	ico, err := os.ReadFile("../../../../assets/icons/tray/waiting.ico")
	if err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int]uint32{1: 16, 16: 16, 17: 20, 32: 32, 33: 40, 64: 64, 65: 64} {
		if p := bestPicture(ico, size); binary.LittleEndian.Uint32(p[4:]) != want {
			t.Errorf("at %d: %d", size, binary.LittleEndian.Uint32(p[4:]))
		}
	}
	for _, bad := range [][]byte{nil, ico[:5], ico[:20]} {
		if p := bestPicture(bad, 16); p != nil {
			t.Errorf("%d bytes of an icon give %d", len(bad), len(p))
		}
	}
	if loadIcon(ico) == 0 || loadIcon(ico[:50]) != 0 {
		t.Error("Windows reads another picture")
	}
}
