package redisconn

import (
	"errors"
	"strings"
)

// The errors about an address do not repeat any of it. The library's errors quote what they took for a port,
// a path or an option, which may be half of a password with a slash or an & in it.
var (
	errAddress = errors.New("not a Redis URL, or special characters of its password are not written as %XX")
	errNode    = errors.New("each addr= must be host:port")
	errOption  = errors.New("it has an option that does not exist, or an & of its password is not written as %26; " +
		"behind Sentinels these are usual: master_name, username, password, addr, db")
	errDatabase = errors.New("the database is not a number, or special characters of its password are not written as %XX")
	errMaster   = errors.New("a Redis URL of Sentinels needs ?master_name=, the name by which they know the Redis")
)

// addressError returns what is wrong with an address that the library refuses with err.
func addressError(err error) error {
	for part, is := range map[string]error{"unexpected option": errOption, "addr param": errNode, "database number": errDatabase} {
		if strings.Contains(err.Error(), part) {
			return is
		}
	}
	return errAddress
}
