package platform

import (
	"net/http"
	"net/url"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Proxy returns the proxy for a request, as http.Transport asks for it: that of the environment (HTTP_PROXY,
// HTTPS_PROXY, NO_PROXY) if it names one, or else that of the system's settings: a proxy, a script (PAC), or what the
// network announces (WPAD). The settings are read anew for each connection.
func Proxy(r *http.Request) (*url.URL, error) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} { // to Windows, small letters are the same
		if os.Getenv(name) != "" {
			return http.ProxyFromEnvironment(r)
		}
	}
	if isLoopback(r.URL.Hostname()) {
		return nil, nil
	}
	c := readProxyConfig()
	if c.detect || c.script != "" {
		if said := lookUp(r.URL, c); said.ok {
			return proxyFor(said.list, r.URL.Scheme), nil
		}
	}
	if isBypassed(c.bypass, r.URL.Hostname()) {
		return nil, nil
	}
	return proxyFor(c.proxy, r.URL.Scheme), nil
}

// A proxyConfig is what the user's settings say.
type proxyConfig struct {
	detect                bool
	script, proxy, bypass string
}

// The functions and structures are of winhttp.h.
var (
	winhttp      = windows.NewLazySystemDLL("winhttp.dll")
	getIEConfig  = winhttp.NewProc("WinHttpGetIEProxyConfigForCurrentUser")
	winhttpOpen  = winhttp.NewProc("WinHttpOpen")
	getProxyFor  = winhttp.NewProc("WinHttpGetProxyForUrl")
	globalFree   = windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalFree")
	proxySession = sync.OnceValue(func() uintptr { // it remembers scripts
		const withoutProxy = 1
		handle, _, _ := winhttpOpen.Call(0, withoutProxy, 0, 0, 0)
		return handle
	})
)

func readProxyConfig() (c proxyConfig) {
	var raw struct {
		detect                int32
		script, proxy, bypass *uint16
	}
	if getIEConfig.Find() != nil {
		return c
	}
	if ok, _, _ := getIEConfig.Call(uintptr(unsafe.Pointer(&raw))); ok == 0 {
		return c
	}
	return proxyConfig{raw.detect != 0, takeString(raw.script), takeString(raw.proxy), takeString(raw.bypass)}
}

// takeString returns a text of Windows and frees it.
func takeString(s *uint16) string {
	if s == nil {
		return ""
	}
	defer globalFree.Call(uintptr(unsafe.Pointer(s)))
	return windows.UTF16PtrToString(s)
}

// lookUpLimit is how long a script and the search for one may take, and lookUpAge for how long the answer stays good. A
// network without WPAD, which is the rule, answers the search at once or never.
const lookUpLimit, lookUpAge = 5 * time.Second, time.Minute

// A scriptAnswer is what a script said: proxies, or none of them. It is not ok if there is no script.
type scriptAnswer struct {
	list string
	ok   bool
}

// lookedUp is the last answer: a client asks for one server.
var lookedUp struct {
	sync.Mutex
	of   string
	at   time.Time
	said scriptAnswer
}

// lookUp returns what the script of c says to an address. If that takes too long, it goes on for the next connection.
func lookUp(address *url.URL, c proxyConfig) scriptAnswer {
	of := c.script + " " + address.Scheme + "://" + address.Host
	lookedUp.Lock()
	last, fresh := lookedUp.said, lookedUp.of == of && time.Since(lookedUp.at) < lookUpAge
	lookedUp.Unlock()
	if fresh {
		return last
	}
	found := make(chan scriptAnswer, 1)
	go func() {
		said := runScript(address, c)
		lookedUp.Lock()
		lookedUp.of, lookedUp.at, lookedUp.said = of, time.Now(), said
		lookedUp.Unlock()
		found <- said
	}()
	select {
	case said := <-found:
		return said
	case <-time.After(lookUpLimit):
		return scriptAnswer{}
	}
}

// autoProxyOptions is a WINHTTP_AUTOPROXY_OPTIONS, proxyInfo a WINHTTP_PROXY_INFO.
type autoProxyOptions struct {
	flags, detect uint32
	script        *uint16
	reserved      uintptr
	reservedToo   uint32
	logOn         int32
}

type proxyInfo struct {
	access        uint32
	proxy, bypass *uint16
}

// runScript asks the script for an address without its path and query.
func runScript(address *url.URL, c proxyConfig) scriptAnswer {
	const autoDetect, byScript, byAnyMeans = 1, 2, 3
	var options autoProxyOptions
	if c.detect {
		options.flags, options.detect = autoDetect, byAnyMeans
	}
	if c.script != "" {
		options.flags |= byScript
		options.script, _ = windows.UTF16PtrFromString(c.script) // it comes from Windows, without a zero in it
	}
	target, err := windows.UTF16PtrFromString((&url.URL{Scheme: address.Scheme, Host: address.Host, Path: "/"}).String())
	if err != nil {
		return scriptAnswer{}
	}
	var info proxyInfo
	ok, _, _ := getProxyFor.Call(proxySession(), uintptr(unsafe.Pointer(target)), uintptr(unsafe.Pointer(&options)), uintptr(unsafe.Pointer(&info)))
	takeString(info.bypass)
	return scriptAnswer{takeString(info.proxy), ok != 0} // no proxy: the script says that there is none
}
