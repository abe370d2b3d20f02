package platform

import (
	"net/http"
	"net/url"
	"os"
	"sync"
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
		server := (&url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: "/"}).String() // a script has no business with the rest
		said := scripts.ask(c.script+" "+server, func() scriptAnswer { return runScript(server, c) })
		if said.ok {
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

// scripts is for all connections of this process.
var scripts scriptCache

// runScript asks the script that c names, or that the network announces.
func runScript(address string, c proxyConfig) scriptAnswer {
	const autoDetect, byScript, byAnyMeans = 1, 2, 3
	var options autoProxyOptions
	if c.detect {
		options.flags, options.detect = autoDetect, byAnyMeans
	}
	if c.script != "" {
		options.flags |= byScript
		options.script, _ = windows.UTF16PtrFromString(c.script) // it comes from Windows, without a zero in it
	}
	target, err := windows.UTF16PtrFromString(address)
	if err != nil {
		return scriptAnswer{}
	}
	var info proxyInfo
	ok, _, _ := getProxyFor.Call(proxySession(), uintptr(unsafe.Pointer(target)), uintptr(unsafe.Pointer(&options)), uintptr(unsafe.Pointer(&info)))
	takeString(info.bypass)
	return scriptAnswer{takeString(info.proxy), ok != 0} // no proxy: the script says that there is none
}
