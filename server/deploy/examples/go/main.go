// Command go publishes one order: REDIS_URL=redis://shop:PASSWORD@redis:6379 go run . 42 1001
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/redis/go-redis/v9"
)

func main() {
	opts, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil || len(os.Args) != 3 {
		log.Fatal("REDIS_URL=redis://shop:PASSWORD@redis:6379 go run . MART ORDER")
	}
	opts.DisableIdentity = true // saying who we are takes a right of its own
	client := redis.NewClient(opts)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	mart, order := os.Args[1], os.Args[2]
	// The key is of this one order, for ever: whatever sends it twice, it rings once.
	err = client.XAdd(ctx, &redis.XAddArgs{Stream: "jumun:orders", Values: map[string]any{
		"martId": mart, "orderId": order, "key": "shop/" + mart + "/" + order, "summary": "라떼 2", "amount": 9000,
	}}).Err()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("published", order)
}
