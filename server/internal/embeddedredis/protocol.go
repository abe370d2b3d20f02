package embeddedredis

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// errProtocol ends a connection that does not send commands.
var errProtocol = errors.New("not a command in Redis's protocol")

// limits are how many words a command may have, and how many bytes together.
type limits struct{ words, bytes int }

// readCommand reads one command: an array of bulk strings (the Redis serialization protocol, "Sending
// commands to a Redis server").
func readCommand(in *bufio.Reader, most limits) ([]string, error) {
	count, err := readLength(in, '*')
	if err != nil || count > most.words {
		return nil, errors.Join(err, errProtocol)
	}
	var words []string
	for range count {
		length, err := readLength(in, '$')
		if most.bytes -= max(length, 0); err != nil || length < 0 || most.bytes < 0 {
			return nil, errors.Join(err, errProtocol)
		}
		word := make([]byte, length+2)
		if _, err := io.ReadFull(in, word); err != nil || string(word[length:]) != "\r\n" {
			return nil, errors.Join(err, errProtocol)
		}
		words = append(words, string(word[:length]))
	}
	return words, nil
}

// readLength reads a line such as *3 or $10.
func readLength(in *bufio.Reader, kind byte) (int, error) {
	line, err := in.ReadSlice('\n') // of at most the buffer's size
	if err != nil {
		return 0, err
	}
	text, ok := strings.CutSuffix(string(line), "\r\n")
	if !ok || text == "" || text[0] != kind {
		return 0, errProtocol
	}
	return strconv.Atoi(text[1:])
}

func encode(words []string) []byte {
	text := fmt.Appendf(nil, "*%d\r\n", len(words))
	for _, word := range words {
		text = fmt.Appendf(text, "$%d\r\n%s\r\n", len(word), word)
	}
	return text
}
