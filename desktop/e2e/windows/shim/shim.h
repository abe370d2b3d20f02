#include <winsock2.h>
#include <windows.h>

// hook replaces an export of a DLL by a function of ours. It changes the DLL's export table, in
// which Go looks up what it calls: nothing of the program under test is changed.
void hook(HMODULE dll, const char *name, void *to);

// Unix sockets for a ws2_32 that has none (unix.c).
void lend_unix_sockets(void);
