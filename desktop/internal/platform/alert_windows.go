package platform

import "golang.org/x/sys/windows"

// Alert shows a message above all windows, and returns when a person has closed it.
func Alert(title, text string) error {
	t, err := windows.UTF16PtrFromString(title)
	if err != nil {
		return err
	}
	body, err := windows.UTF16PtrFromString(text)
	if err != nil {
		return err
	}
	_, err = windows.MessageBox(0, body, t, windows.MB_OK|windows.MB_ICONERROR|windows.MB_TOPMOST)
	return err
}
