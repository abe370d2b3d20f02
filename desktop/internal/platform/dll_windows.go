package platform

import "golang.org/x/sys/windows"

// RestrictDLLs makes this process load DLLs by their name from the system's folder alone: by default
// Windows looks beside the program first, where a download may have put another opengl32.dll. Call it
// before anything loads a DLL. DLLs that the program imports are loaded before its first instruction;
// a DLL in a folder of ours can still be loaded by its whole path, and is then found by its name too.
func RestrictDLLs() {
	_ = windows.SetDefaultDllDirectories(windows.LOAD_LIBRARY_SEARCH_SYSTEM32) // Windows 7 without its updates: orders must ring all the same
}
