// A bcryptprimitives.dll for the prefix of the tests, never for a PC: Debian's wine 8 has none. It
// exports what Go's runtime needs from it, and while it is loaded anyway, makes up for what else
// programs built by Go 1.26 miss in wine 8, and plays faults that a test cannot cause otherwise.
#include <stdlib.h>
#include <string.h>
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG); // RtlGenRandom

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T n) {
	while (n > 0) {
		ULONG part = n > 1 << 28 ? 1 << 28 : (ULONG)n;
		if (!SystemFunction036(to, part))
			return FALSE;
		to += part;
		n -= part;
	}
	return TRUE;
}

// An export's address has 32 bits and counts from the start of its DLL, so the jumps to our functions
// must lie less than 4 GB above it.
static BYTE *jumps_above(BYTE *dll) {
	BYTE *page = NULL;
	for (ULONG_PTR at = (ULONG_PTR)dll + 0x1000000; !page && at < (ULONG_PTR)dll + 0x70000000; at += 0x100000)
		page = VirtualAlloc((void *)(at & ~(ULONG_PTR)0xffff), 4096, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
	return page;
}

// hook replaces an export of a DLL by a function of ours. It changes the DLL's export table, in which Go looks up what
// it calls: nothing of the program under test is changed.
static void hook(HMODULE dll, const char *name, void *to) {
	BYTE *base = (BYTE *)dll, *jump = base ? jumps_above(base) : NULL;
	if (!jump)
		return;
	static const BYTE code[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; // mov rax, to; jmp rax
	memcpy(jump, code, sizeof code);
	memcpy(jump + 2, &to, sizeof to);

	IMAGE_NT_HEADERS *headers = (void *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
	IMAGE_EXPORT_DIRECTORY *exports = (void *)(base + headers->OptionalHeader.DataDirectory[0].VirtualAddress);
	DWORD *names = (void *)(base + exports->AddressOfNames), *addresses = (void *)(base + exports->AddressOfFunctions);
	WORD *index = (void *)(base + exports->AddressOfNameOrdinals);
	for (DWORD i = 0; i < exports->NumberOfNames; i++) {
		if (strcmp((char *)base + names[i], name))
			continue;
		DWORD *entry = &addresses[index[i]], before;
		VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &before);
		*entry = (DWORD)(jump - base);
		VirtualProtect(entry, sizeof *entry, before, &before);
	}
}

// os.RemoveAll deletes by information classes 64 and 65. It falls back to older ways at the error of a
// Windows that does not know them, but not at the error of wine 8.
typedef LONG(NTAPI *set_information)(HANDLE, PVOID, PVOID, ULONG, int);
static set_information wine_set_information;

static LONG NTAPI refuse_new_classes(HANDLE file, PVOID status, PVOID data, ULONG size, int class) {
	const LONG invalid_class = 0xC0000003;
	return class == 64 || class == 65 ? invalid_class : wine_set_information(file, status, data, size, class);
}

// The first instance of a pipe, opened without the right to read or write, is one that nobody can connect to
// on Windows: go-winio keeps a name by it. In wine 8 the first client would connect to it, and wait for ever:
// so that client is one of ours.
typedef LONG(NTAPI *create_pipe)(HANDLE *, ULONG, void *, void *, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, ULONG, void *);
typedef LONG(NTAPI *open_file)(HANDLE *, ULONG, void *, void *, ULONG, ULONG);
static create_pipe wine_create_pipe;
static open_file wine_open_file;

static LONG NTAPI take_first(HANDLE *pipe, ULONG access, void *name, void *status, ULONG share, ULONG disposition, ULONG options,
			     ULONG type, ULONG read, ULONG completion, ULONG instances, ULONG in, ULONG out, void *timeout) {
	LONG result = wine_create_pipe(pipe, access, name, status, share, disposition, options, type, read, completion, instances, in, out, timeout);
	HANDLE client;
	ULONG_PTR ignored[2];
	if (!result && access == SYNCHRONIZE)
		wine_open_file(&client, GENERIC_READ | SYNCHRONIZE, name, ignored, FILE_SHARE_READ | FILE_SHARE_WRITE, 0);
	return result;
}

// JUMUN_SHIM_NO_TRAY=N: the first N calls for the tray fail, as on a PC that is busy at login.
typedef BOOL(WINAPI *notify)(DWORD, void *);
static notify wine_notify;
static LONG calls_to_fail;

static BOOL WINAPI fail_first(DWORD message, void *data) {
	if (InterlockedDecrement(&calls_to_fail) < 0)
		return wine_notify(message, data);
	SetLastError(ERROR_TIMEOUT);
	return FALSE;
}

// JUMUN_SHIM_NO_OPENGL: a program has no OpenGL, unless it lies in a folder "mesa".
static void *WINAPI no_context(void *dc) {
	(void)dc;
	SetLastError(ERROR_NOT_SUPPORTED);
	return NULL;
}

static void hide_opengl(void) {
	char path[MAX_PATH];
	GetModuleFileNameA(NULL, path, sizeof path);
	HMODULE gl = GetModuleHandleA("opengl32.dll");
	if (gl && GetEnvironmentVariableA("JUMUN_SHIM_NO_OPENGL", NULL, 0) && !strstr(path, "\\mesa\\"))
		hook(gl, "wglCreateContext", no_context);
}

static void hide_tray(void) {
	char n[16];
	if (!GetEnvironmentVariableA("JUMUN_SHIM_NO_TRAY", n, sizeof n))
		return;
	calls_to_fail = atoi(n);
	HMODULE shell = LoadLibraryA("shell32.dll");
	wine_notify = (notify)GetProcAddress(shell, "Shell_NotifyIconW");
	hook(shell, "Shell_NotifyIconW", fail_first);
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved) {
	(void)self, (void)reserved;
	if (reason == DLL_PROCESS_ATTACH) {
		HMODULE nt = GetModuleHandleA("ntdll.dll");
		wine_set_information = (set_information)GetProcAddress(nt, "NtSetInformationFile");
		hook(nt, "NtSetInformationFile", refuse_new_classes);
		wine_open_file = (open_file)GetProcAddress(nt, "NtOpenFile");
		wine_create_pipe = (create_pipe)GetProcAddress(nt, "NtCreateNamedPipeFile");
		hook(nt, "NtCreateNamedPipeFile", take_first);
		hide_tray();
		hide_opengl();
	}
	return TRUE;
}
