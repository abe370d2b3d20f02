//go:build linux

package wine

import (
	"encoding/binary"
	"encoding/hex"
)

// UseProxy sets a proxy, or the address of a script that names one, as the settings of Windows do. Neither: none.
func (w *Windows) UseProxy(proxy, script string) error {
	const direct, byProxy, byScript = 1, 2, 4
	flags := uint32(direct)
	if proxy != "" {
		flags |= byProxy
	}
	if script != "" {
		flags |= byScript
	}
	raw := binary.LittleEndian.AppendUint32(nil, 0x46) // what Internet Explorer 7 has left: DefaultConnectionSettings
	raw = binary.LittleEndian.AppendUint32(raw, 0)
	raw = binary.LittleEndian.AppendUint32(raw, flags)
	for _, text := range []string{proxy, "", script} {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(len(text)))
		raw = append(raw, text...)
	}
	_, err := w.reg("add", `HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections`,
		"/v", "DefaultConnectionSettings", "/t", "REG_BINARY", "/d", hex.EncodeToString(raw), "/f")
	return err
}
