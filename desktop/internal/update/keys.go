// Package update replaces jumun by a newer version of itself.
//
// The agent downloads a program that the list of releases has for it, beside the file of the running one: the
// next program. When nothing rings and the store is closed, the agent ends, and its supervisor tries the next
// program: it starts it and watches it. If that one is healthy, the supervisor ends and the next program goes on;
// else the supervisor stops it and starts the old agent again. Only a program that was healthy takes the place of the
// file that the system starts, by one rename, and then all of jumun starts once more from there. So at each moment
// that file is whole, and is a version that has worked on this PC.
package update

import "jumun/shared/release"

// publicKeys are the keys of which each may sign lists of releases, with commas between them. They are set when a
// release is built; nothing in the source tree is trusted, and a program without keys does not update itself.
var publicKeys string

// Keys returns the keys of this program.
func Keys() (release.Keys, error) { return release.ParseKeys(publicKeys) }
