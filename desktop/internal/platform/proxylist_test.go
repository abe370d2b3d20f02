package platform

import "testing"

func TestAProxyIsTakenFromAListOfWindows(t *testing.T) {
	tests := []struct{ name, list, scheme, want string }{
		{"one for all", "proxy:8080", "https", "http://proxy:8080"},
		{"one for each", "http=a:80;https=b:443", "https", "http://b:443"},
		{"with blanks", " http=a:80 https=b:443 ", "http", "http://a:80"},
		{"another scheme only", "ftp=a:21", "https", ""},
		{"the first of several, as a script answers", "a:1; b:2", "http", "http://a:1"},
		{"a whole address", "http://a:80", "http", "http://a:80"},
		{"socks", "socks=a:1080", "https", "socks5://a:1080"},
		{"none", "", "https", ""},
		{"nonsense", "://;%zz", "https", ""},
	}
	for _, tt := range tests {
		got := ""
		if u := proxyFor(tt.list, tt.scheme); u != nil {
			got = u.String()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAHostIsAskedWithoutAProxyWhereWindowsSaysSo(t *testing.T) {
	const list = "*.corp;10.*;https://shop.example;<local>"
	for host, want := range map[string]bool{
		"a.corp": true, "A.CORP": true, "corp": true, "10.1.2.3": true, "shop.example": true, "localhost": true, "127.0.0.1": true, "::1": true,
		"jumun.example.com": false, "corp.example": false, "110.1.2.3": false, "2001:db8::1": false,
	} {
		if got := isBypassed(list, host); got != want {
			t.Errorf("%s: %v", host, got)
		}
	}
	if isBypassed("", "intranet") || isBypassed("[", "a") {
		t.Error("a host is in no list")
	}
}
