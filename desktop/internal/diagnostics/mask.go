package diagnostics

import "regexp"

// hidden replaces what is masked.
const hidden = "***"

// secrets are patterns of secrets and their replacements. Nothing that we write contains a
// secret: these are for what a library or a proxy has printed.
var secrets = []struct {
	pattern     *regexp.Regexp
	replacement []byte
}{
	// One of our tokens, or the beginning of one (RFC 7519, section 3): eyJ is {" in base64.
	{regexp.MustCompile(`eyJ[A-Za-z0-9_=-]+(?:(?:\.|%2[Ee])[A-Za-z0-9_=-]*)*`), []byte(hidden)},
	// An authorization header (RFC 6750, section 2.1).
	{regexp.MustCompile(`(?i)\b(bearer|basic|digest)(\s+|%20)[^\s"',;]+`), []byte("${1}${2}" + hidden)},
	// The user information of an address (RFC 3986, section 3.2.1), up to the last @.
	{regexp.MustCompile(`(://)[^/?#\s"'<>]*@`), []byte("${1}" + hidden + "@")},
	// A value with the name of a secret, in a query, a log line or JSON.
	{regexp.MustCompile(`(?i)((?:token|secret|password|passwd|pin)\\?"?\s*[=:]\s*)(?:\\?"[^"\\]*\\?"|[^\s"&,;}]+)`), []byte("${1}" + hidden)},
}

// mask replaces what looks like a secret. Masking text twice changes nothing more.
func mask(text []byte) []byte {
	for _, s := range secrets {
		text = s.pattern.ReplaceAll(text, s.replacement)
	}
	return text
}
