// jumun.com is what a console runs for "jumun": Windows looks for .com before .exe.
//
// jumun.exe has no console, so none ever flashes up on a store's screen. But then a console does
// not wait for it and never gets its exit code. jumun.com is a console program: it runs jumun.exe,
// which prints to the same console, waits for it and ends with its exit code. It does not wait for
// the app itself, which runs until the PC is turned off.
//
// An update replaces jumun.exe alone: each jumun.exe must do with a jumun.com of any age. So this program
// knows no command, but those that start the app.
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

// skip returns what follows the first word of a command line.
static wchar_t *skip(wchar_t *line) {
	wchar_t end = *line == L'"' ? L'"' : L' ';
	for (line++; *line && *line != end && !(end == L' ' && *line == L'\t'); line++)
		;
	return *line == L'"' ? line + 1 : line;
}

int wmain(int argc, wchar_t **argv) {
	static wchar_t exe[32768], command[65536];
	DWORD n = GetModuleFileNameW(NULL, exe, 32760);
	if (n < 4)
		return 1;
	wcscpy(exe + n - 4, L".exe"); // in place of .com
	swprintf(command, 65536, L"\"%ls\"%ls", exe, skip(GetCommandLineW()));

	STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES,
		.hStdInput = GetStdHandle(STD_INPUT_HANDLE), .hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE), .hStdError = GetStdHandle(STD_ERROR_HANDLE)};
	PROCESS_INFORMATION child;
	if (!CreateProcessW(exe, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) {
		fwprintf(stderr, L"jumun: %ls: error %lu\n", exe, GetLastError());
		return 1;
	}
	if (argc < 2 || !wcscmp(argv[1], L"start") || !wcsncmp(argv[1], L"jumun:", 6)) // the last is a pairing link
		return 0;
	DWORD code = 1;
	WaitForSingleObject(child.hProcess, INFINITE);
	GetExitCodeProcess(child.hProcess, &code);
	return code;
}
