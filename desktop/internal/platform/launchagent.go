package platform

import (
	"encoding/xml"
	"strings"
)

// launchAgent returns the file that starts exe at login on macOS (launchd.plist(5)).
func launchAgent(exe string) string {
	var path strings.Builder
	_ = xml.EscapeText(&path, []byte(exe)) // a Builder never fails
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + agentLabel + `</string>
	<key>ProgramArguments</key>
	<array>
		<string>` + path.String() + `</string>
	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>ProcessType</key>
	<string>Interactive</string>
</dict>
</plist>
`
}
