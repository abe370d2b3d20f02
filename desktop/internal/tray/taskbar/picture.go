//go:build windows

package taskbar

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/windows"
)

// loadIcon returns the picture of an .ico in the size of the notification area; 0 if there is none.
// The caller must destroy it.
func loadIcon(ico []byte) windows.Handle {
	size, _, _ := getSystemMetrics.Call(smCXSmIcon)
	picture := bestPicture(ico, int(size))
	if len(picture) == 0 {
		return 0
	}
	const isIcon, version = 1, 0x00030000
	handle, _, _ := createIcon.Call(uintptr(unsafe.Pointer(&picture[0])), uintptr(len(picture)), isIcon, version, size, size, 0)
	return windows.Handle(handle)
}

// bestPicture returns the smallest picture of an .ico that is not smaller than size, or else the last
// one: ours are in order of size. (https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10))
func bestPicture(ico []byte, size int) (best []byte) {
	if len(ico) < 6 {
		return nil
	}
	for n := range int(binary.LittleEndian.Uint16(ico[4:])) {
		if 6+16*(n+1) > len(ico) {
			break
		}
		entry := ico[6+16*n:]
		from, length := uint64(binary.LittleEndian.Uint32(entry[12:])), uint64(binary.LittleEndian.Uint32(entry[8:]))
		if from+length > uint64(len(ico)) {
			break
		}
		best = ico[from : from+length]
		if width := int(entry[0]); width >= size || width == 0 { // 0 means 256
			break
		}
	}
	return best
}
