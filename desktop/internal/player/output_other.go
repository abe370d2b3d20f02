//go:build !linux && !windows

package player

// A mixer knows of nobody to ask here: the system's volume is not told.
type mixer struct{}

func (*mixer) ask() output { return output{} }
func (*mixer) close()      {}
