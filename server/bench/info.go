//go:build linux

package main

import (
	"errors"
	"net"
	"regexp"
	"strconv"
	"time"

	"jumun/server/bench/resp"
)

var (
	xadds      = regexp.MustCompile(`cmdstat_xadd:calls=(\d+)`)
	scripts    = regexp.MustCompile(`cmdstat_evalsha:calls=(\d+)`)
	scriptTime = regexp.MustCompile(`cmdstat_evalsha:calls=\d+,usec=(\d+)`)
	usedMemory = regexp.MustCompile(`used_memory:(\d+)`)
)

// recorded returns how many entries were added to logs. Redis counts those of scripts, too.
func recorded(address string) (int, error) { return ask(address, "commandstats", xadds) }

// scripted returns how many scripts Redis has run, and how many µs of its one thread they took.
func scripted(address string) (runs, took int, err error) {
	runs, err = ask(address, "commandstats", scripts)
	took, err2 := ask(address, "commandstats", scriptTime)
	return runs, took, errors.Join(err, err2)
}

// memory returns how many bytes Redis uses for everything.
func memory(address string) (int, error) { return ask(address, "memory", usedMemory) }

// ask returns a number from a section of INFO.
func ask(address, section string, what *regexp.Regexp) (int, error) {
	conn, err := net.DialTimeout("tcp", address, timeout)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(timeout))
	if _, err := conn.Write(resp.Append(nil, "INFO", section)); err != nil {
		return 0, err
	}
	var said []byte
	for buffer := make([]byte, 16<<10); ; {
		n, err := conn.Read(buffer)
		said = append(said, buffer[:n]...)
		text, size, err2 := resp.Next(said)
		if size > 0 || err != nil || err2 != nil {
			return numberIn(text, what), errors.Join(err, err2)
		}
	}
}

// numberIn returns 0 if info does not have the number.
func numberIn(info []byte, what *regexp.Regexp) int {
	if m := what.FindSubmatch(info); m != nil {
		n, _ := strconv.Atoi(string(m[1])) // they are digits
		return n
	}
	return 0
}
