// Command token prints a token with which a page of the shop rings: JUMUN_KID=… JUMUN_KEY=… go run . USER NAME MART
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// jumunToken returns a JWT (RFC 7519), signed with the key that jumun lent to the shop: its "kid" and "k". user is whoever is
// logged in to the shop, mart is one that this user may see.
func jumunToken(kid, k, user, name, mart string) (string, error) {
	key, err := base64.RawURLEncoding.DecodeString(k)
	if err != nil {
		return "", err
	}
	now := time.Now().Unix()
	head, _ := json.Marshal(map[string]string{"alg": "HS256", "kid": kid})
	claims, _ := json.Marshal(map[string]any{"aud": "jumun", "sub": user, "name": name, "role": "device",
		"marts": []string{mart}, "iat": now, "exp": now + 8*3600})
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

func main() {
	token, err := jumunToken(os.Getenv("JUMUN_KID"), os.Getenv("JUMUN_KEY"), os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(token)
}
