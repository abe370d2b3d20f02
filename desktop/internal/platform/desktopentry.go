package platform

import "strings"

// desktopEntry returns the file that starts exe at login: the Desktop Application Autostart
// Specification 0.5 and the Desktop Entry Specification 1.5
// (https://specifications.freedesktop.org/desktop-entry-spec/1.5/).
func desktopEntry(exe string) string {
	return "[Desktop Entry]\nType=Application\nName=jumun\nExec=" + execValue(exe) +
		"\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"
}

// execValue quotes a path for the key Exec: first as an argument (chapter 7), and then as a
// value of type string (chapter 4), in which each backslash is doubled again.
func execValue(path string) string {
	argument := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`).Replace(path)
	return `"` + strings.ReplaceAll(argument, `\`, `\\`) + `"`
}

// isEnabled reports whether a desktop entry starts its program at login. Desktops turn an
// entry off by one of two keys, and keep the file.
func isEnabled(entry string) bool {
	group := ""
	keys := map[string]string{}
	for line := range strings.SplitSeq(entry, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			group = line
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok && group == "[Desktop Entry]" {
			keys[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return keys["Exec"] != "" && keys["Hidden"] != "true" && keys["X-GNOME-Autostart-enabled"] != "false"
}
