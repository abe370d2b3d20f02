package embeddedredis

import (
	"slices"
	"strings"

	"jumun/shared/order"
)

// commands are those that a client may send: what jumun sends (SECURITY.md, "Rights in Redis"), what
// order services send by their libraries, and what a person asks to see what is there. The library has
// many more, and some of them end the process when an argument is odd. Scripts may call all of them:
// there a fault is an error.
var commands = strings.Fields(`
	AUTH HELLO PING ECHO QUIT SELECT CLIENT COMMAND INFO TIME WAIT
	EVAL EVALSHA SCRIPT MULTI EXEC DISCARD
	GET SET GETDEL INCR DEL EXISTS TYPE TTL PTTL PEXPIRE SCAN KEYS
	HSET HSETNX HGET HMGET HGETALL HEXISTS HLEN HSCAN HDEL
	ZADD ZREM ZCARD ZSCORE ZMSCORE ZRANGE ZRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYSCORE
	XADD XLEN XTRIM XRANGE XREVRANGE XREAD XDEL XREADGROUP XACK XPENDING XAUTOCLAIM XGROUP XINFO
	PUBLISH SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE PUBSUB`)

// allowed returns a command as the library gets it. One that is not in commands gets a name that the
// library does not know, so that the answer comes in its turn.
func allowed(words []string) []string {
	name := strings.ToUpper(words[0])
	// The library ends the process if XTRIM key MAXLEN ~ has no number.
	unfinished := name == "XTRIM" && len(words) == 4 && (words[3] == "~" || words[3] == "=")
	if slices.Contains(commands, name) && !unfinished {
		return words
	}
	return []string{order.Line(words[0], 40) + ", which the Redis inside jumun-server does not have"}
}
