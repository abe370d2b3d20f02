// sessions.exe is in the MSI, which runs it as the system itself. It ends the jumun of all users who are signed in, so
// that its files can be replaced, and starts it again: a store must not wait for the next login.
// Usage: sessions end|start PATH-OF-JUMUN.EXE
#include <windows.h>
#include <tlhelp32.h>
#include <userenv.h>
#include <wtsapi32.h>
#include <wchar.h>

#define SESSIONS 4096 // on one PC; a higher number is a session that is passed over

enum { WAIT = 20000, STEP = 200 }; // in ms: orders that wait are written within one of these

// is_program reports whether a process runs the file exe.
static BOOL is_program(DWORD pid, const wchar_t *exe) {
	wchar_t path[32768];
	DWORD n = 32768;
	HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
	BOOL same = process && QueryFullProcessImageNameW(process, 0, path, &n) && !_wcsicmp(path, exe);
	CloseHandle(process);
	return same;
}

// quit asks the jumun of a session to end, by the event that platform/quit_windows.go waits for.
static void quit(DWORD session) {
	wchar_t name[64];
	swprintf(name, 64, L"Session\\%lu\\jumun-quit", session);
	HANDLE event = OpenEventW(EVENT_MODIFY_STATE, FALSE, name);
	SetEvent(event);
	CloseHandle(event);
}

static void kill(DWORD pid) {
	HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
	TerminateProcess(process, 1);
	CloseHandle(process);
}

// launch starts exe as the user of a session, if one is signed in there.
static void launch(DWORD session, const wchar_t *exe) {
	HANDLE user;
	void *env = NULL;
	wchar_t command[32800], desktop[] = L"winsta0\\default";
	STARTUPINFOW start = {.cb = sizeof start, .lpDesktop = desktop};
	PROCESS_INFORMATION child;
	if (!WTSQueryUserToken(session, &user))
		return;
	swprintf(command, 32800, L"\"%ls\" start --at-login", exe);
	CreateEnvironmentBlock(&env, user, FALSE);
	if (CreateProcessAsUserW(user, exe, command, NULL, NULL, FALSE, CREATE_UNICODE_ENVIRONMENT, env, NULL, &start, &child)) {
		CloseHandle(child.hProcess);
		CloseHandle(child.hThread);
	}
	DestroyEnvironmentBlock(env);
	CloseHandle(user);
}

// each calls do_it once for every session in which processes run; if exe is not NULL, in which it runs. It returns how
// many there are.
static int each(const wchar_t *exe, void (*do_it)(DWORD session)) {
	BOOL seen[SESSIONS] = {0};
	int n = 0;
	DWORD session;
	PROCESSENTRY32W p = {.dwSize = sizeof p};
	HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	for (BOOL ok = Process32FirstW(all, &p); ok; ok = Process32NextW(all, &p)) {
		if (!ProcessIdToSessionId(p.th32ProcessID, &session) || session >= SESSIONS || seen[session] || (exe && !is_program(p.th32ProcessID, exe)))
			continue;
		seen[session] = TRUE;
		n++;
		if (do_it)
			do_it(session);
	}
	CloseHandle(all);
	return n;
}

static const wchar_t *program;

static void launch_program(DWORD session) { launch(session, program); }

static void kill_all(void) {
	PROCESSENTRY32W p = {.dwSize = sizeof p};
	HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	for (BOOL ok = Process32FirstW(all, &p); ok; ok = Process32NextW(all, &p))
		if (is_program(p.th32ProcessID, program))
			kill(p.th32ProcessID);
	CloseHandle(all);
}

int WINAPI wWinMain(HINSTANCE self, HINSTANCE none, wchar_t *line, int show) {
	(void)self, (void)none, (void)line, (void)show;
	if (__argc != 3)
		return 2;
	program = __wargv[2];
	if (!wcscmp(__wargv[1], L"start")) {
		each(NULL, launch_program);
		return 0;
	}
	for (int waited = 0; each(program, quit); waited += STEP) {
		if (waited >= WAIT)
			kill_all();
		Sleep(STEP);
		if (waited >= WAIT + STEP)
			break; // its files are replaced when the PC starts again
	}
	return 0;
}
