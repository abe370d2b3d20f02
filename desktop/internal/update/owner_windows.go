package update

// isOwner reports whether a file is not another user's. Windows is not asked: what an administrator makes may belong to
// a group.
func isOwner(string) bool { return true }
