package platform

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// unquote reads an Exec value back, step by step as in the specification.
func unquote(t *testing.T, value string) string {
	t.Helper()
	argument := unescape(value, `\`) // a string: chapter 4
	if len(argument) < 2 || argument[0] != '"' || argument[len(argument)-1] != '"' {
		t.Fatalf("%q is not quoted", value)
	}
	return strings.ReplaceAll(unescape(argument[1:len(argument)-1], "\"`$\\"), "%%", "%")
}

// unescape removes each backslash before one of the escaped characters.
func unescape(s, escaped string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte(escaped, s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func TestAnyPathIsQuotedForADesktopEntry(t *testing.T) {
	tests := []struct{ name, path, want string }{
		{"plain", "/opt/jumun/jumun", `"/opt/jumun/jumun"`},
		{"a space and Hangul", "/home/가게 1/jumun", `"/home/가게 1/jumun"`},
		{"a percent sign is no field code", "/50%f/jumun", `"/50%%f/jumun"`},
		{"a dollar is no variable", "/$HOME/jumun", `"/\\$HOME/jumun"`},
		{"a backslash", `/a\b`, `"/a\\\\b"`},
		{"quotation marks", "/a\"`b", "\"/a\\\\\"\\\\`b\""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := execValue(tt.path)
			if got != tt.want || unquote(t, got) != tt.path {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestADesktopEntryIsEnabledUnlessAKeyDisablesIt(t *testing.T) {
	ours := desktopEntry("/opt/jumun")
	tests := []struct {
		name, entry string
		want        bool
	}{
		{"as we write it", ours, true},
		{"with line ends of Windows", strings.ReplaceAll(ours, "\n", "\r\n"), true},
		{"hidden by the desktop's settings", ours + "Hidden=true\n", false},
		{"with spaces", ours + "Hidden = true\n", false},
		{"not hidden", ours + "Hidden=false\n", true},
		{"turned off by GNOME", strings.Replace(ours, "enabled=true", "enabled=false", 1), false},
		{"another group's key", ours + "[Desktop Action x]\nHidden=true\n", true},
		{"a comment", ours + "#Hidden=true\n", true},
		{"empty", "", false},
		{"no program", "[Desktop Entry]\nType=Application\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := isEnabled(tt.entry); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func FuzzDesktopEntry(f *testing.F) {
	f.Add("/opt/jumun", "Hidden=true\n")
	f.Add(`/a\"$%`, "[x\n=\n[Desktop Entry]\n")
	f.Fuzz(func(t *testing.T, path, more string) {
		if got := unquote(t, execValue(path)); got != path {
			t.Errorf("%q became %q", path, got)
		}
		isEnabled(desktopEntry("/opt/jumun") + more)
	})
}

func TestALaunchAgentHoldsAnyPath(t *testing.T) {
	const path = `/Applications/<주문> & "co"/jumun`
	var texts []string
	for d := xml.NewDecoder(strings.NewReader(launchAgent(path))); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			texts = append(texts, string(text))
		}
	}
	if got := strings.Join(texts, "|"); got != "Label|kr.jumun.desktop|ProgramArguments|"+path+"|RunAtLoad|ProcessType|Interactive" {
		t.Errorf("%s", got)
	}
}
