// Unix sockets for wine 8: one becomes a TCP socket on loopback, and its file holds the port.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shim.h"

enum { family_unix = 1 };
typedef struct {
	USHORT family;
	char path[108];
} address;

// The sockets that the program thinks are Unix sockets.
static CRITICAL_SECTION lock;
static struct {
	SOCKET socket;
	address at;
} lent[64];

static int find(SOCKET s) {
	for (int i = 0; i < 64; i++)
		if (lent[i].socket == s)
			return i;
	return -1;
}

static void remember(SOCKET s, const address *at) {
	EnterCriticalSection(&lock);
	int i = find(s) >= 0 ? find(s) : find(0);
	lent[i].socket = s;
	lent[i].at = *at;
	LeaveCriticalSection(&lock);
}

static address copy(const void *from, int size) {
	address at = {0};
	memcpy(&at, from, size < (int)sizeof at ? size : (int)sizeof at);
	return at;
}

static void wide_path(const address *at, wchar_t *path) {
	char zero_ended[sizeof at->path + 1] = {0};
	memcpy(zero_ended, at->path, sizeof at->path);
	MultiByteToWideChar(CP_UTF8, 0, zero_ended, -1, path, 600);
}

static SOCKET WSAAPI open_socket(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group, DWORD flags) {
	if (family != family_unix)
		return WSASocketW(family, type, protocol, info, group, flags);
	SOCKET s = WSASocketW(AF_INET, type, IPPROTO_TCP, 0, group, flags);
	if (s != INVALID_SOCKET)
		remember(s, &(address){.family = family_unix});
	return s;
}

static SOCKET WSAAPI open_plain(int family, int type, int protocol) {
	return family != family_unix ? socket(family, type, protocol) : open_socket(family, type, protocol, 0, 0, WSA_FLAG_OVERLAPPED);
}

static struct sockaddr_in loopback(int port) {
	return (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
}

static int WSAAPI bind_file(SOCKET s, const struct sockaddr *to, int size) {
	if (to->sa_family != family_unix)
		return bind(s, to, size);
	address at = copy(to, size);
	wchar_t path[600];
	wide_path(&at, path);
	HANDLE file = CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, 0, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, 0);
	if (file == INVALID_HANDLE_VALUE) {
		WSASetLastError(GetLastError() == ERROR_FILE_EXISTS ? WSAEADDRINUSE : WSAEACCES);
		return -1;
	}
	struct sockaddr_in in = loopback(0);
	int result = bind(s, (void *)&in, sizeof in), n = sizeof in;
	if (!result)
		result = getsockname(s, (void *)&in, &n);
	char text[16];
	DWORD written;
	WriteFile(file, text, sprintf(text, "%d\n", ntohs(in.sin_port)), &written, 0);
	CloseHandle(file);
	remember(s, &at);
	return result;
}

static int WSAAPI connect_file(SOCKET s, const struct sockaddr *to, int size) {
	if (to->sa_family != family_unix)
		return connect(s, to, size);
	address at = copy(to, size);
	wchar_t path[600];
	wide_path(&at, path);
	HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, 0, OPEN_EXISTING, 0, 0);
	if (file == INVALID_HANDLE_VALUE) {
		WSASetLastError(WSAECONNREFUSED);
		return -1;
	}
	char text[16] = {0};
	DWORD n;
	ReadFile(file, text, sizeof text - 1, &n, 0);
	CloseHandle(file);
	struct sockaddr_in in = loopback(atoi(text));
	return connect(s, (void *)&in, sizeof in);
}

static int WSAAPI own_name(SOCKET s, struct sockaddr *to, int *size) {
	EnterCriticalSection(&lock);
	int i = find(s);
	address at = i >= 0 ? lent[i].at : (address){0};
	LeaveCriticalSection(&lock);
	int n = sizeof at.family + strlen(at.path) + (at.path[0] ? 1 : 0);
	if (i < 0 || *size < n)
		return getsockname(s, to, size);
	memcpy(to, &at, n);
	*size = n;
	return 0;
}

static int WSAAPI peer_name(SOCKET s, struct sockaddr *to, int *size) {
	EnterCriticalSection(&lock);
	int i = find(s);
	LeaveCriticalSection(&lock);
	if (i < 0)
		return getpeername(s, to, size);
	to->sa_family = family_unix;
	*size = sizeof to->sa_family;
	return 0;
}

static int WSAAPI close_socket(SOCKET s) {
	EnterCriticalSection(&lock);
	int i = find(s);
	if (i >= 0)
		lent[i].socket = 0;
	LeaveCriticalSection(&lock);
	return closesocket(s);
}

void lend_unix_sockets(void) {
	InitializeCriticalSection(&lock);
	HMODULE winsock = GetModuleHandleA("ws2_32.dll");
	hook(winsock, "WSASocketW", open_socket);
	hook(winsock, "socket", open_plain);
	hook(winsock, "bind", bind_file);
	hook(winsock, "connect", connect_file);
	hook(winsock, "getsockname", own_name);
	hook(winsock, "getpeername", peer_name);
	hook(winsock, "closesocket", close_socket);
}
