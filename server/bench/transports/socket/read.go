package socket

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// Read opens the socket at url, with a token, calls opened, and then take with each
// message, until ctx ends or the socket breaks. Connections are those of client.
func Read(ctx context.Context, client *http.Client, url, token string, opened func(), take func([]byte)) error {
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient: client, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
	})
	if err != nil {
		return err
	}
	defer conn.CloseNow()
	opened()
	for {
		_, message, err := conn.Read(ctx) // 32 KB at most: the library's own bound
		if err != nil {
			return err
		}
		take(message)
	}
}
