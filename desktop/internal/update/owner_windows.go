package update

import "golang.org/x/sys/windows"

// isOwner reports whether a file is not another user's.
func isOwner(path string) bool {
	security, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return true // others say what is wrong
	}
	owner, _, err := security.Owner()
	if err != nil || owner == nil { // a disk may know no owners
		return true
	}
	return isUs(owner)
}

// isUs reports whether this process acts as an account, or in the name of a group: what an administrator makes may
// belong to the group of administrators.
func isUs(account *windows.SID) bool {
	if user, err := windows.GetCurrentProcessToken().GetTokenUser(); err == nil && account.Equals(user.User.Sid) {
		return true
	}
	isMember, err := windows.Token(0).IsMember(account)
	return isMember && err == nil
}
