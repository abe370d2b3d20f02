package diagnostics

import "regexp"

// hidden stands for what is masked.
const hidden = "***"

// secrets are what looks like one, and what stands for it. Nothing that we write holds
// any; this is for what a library or a proxy has printed.
var secrets = []struct {
	like *regexp.Regexp
	with []byte
}{
	// A token of ours, or the beginning of one (RFC 7519, section 3): eyJ is {" in base64.
	{regexp.MustCompile(`eyJ[A-Za-z0-9_=-]+(?:(?:\.|%2[Ee])[A-Za-z0-9_=-]*)*`), []byte(hidden)},
	// The header that carries one (RFC 6750, section 2.1), and its kin.
	{regexp.MustCompile(`(?i)\b(bearer|basic|digest)(\s+|%20)[^\s"',;]+`), []byte("${1}${2}" + hidden)},
	// The user's part of an address (RFC 3986, section 3.2.1), up to its last @.
	{regexp.MustCompile(`(://)[^/?#\s"'<>]*@`), []byte("${1}" + hidden + "@")},
	// A value whose name says what it is: in a query, a log line, or JSON.
	{regexp.MustCompile(`(?i)((?:token|secret|password|passwd|pin)\\?"?\s*[=:]\s*)(?:\\?"[^"\\]*\\?"|[^\s"&,;}]+)`), []byte("${1}" + hidden)},
}

// mask replaces what looks like a secret. Masking twice changes nothing more.
func mask(text []byte) []byte {
	for _, s := range secrets {
		text = s.like.ReplaceAll(text, s.with)
	}
	return text
}
