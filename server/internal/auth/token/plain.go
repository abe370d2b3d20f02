package token

import (
	"bytes"
	"unicode/utf8"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// readPlain reads a payload that is spelled as Sign spells it, without an escape; it is not
// ok of any other, about which it says nothing. In such a one no name can stand twice, so
// that what it says is what encoding/json would read. Each text has memory of its own.
func readPlain(payload []byte) (c wire.Claims, ok bool) {
	p := plain{rest: payload}
	p.word(`{"sub":"`)
	c.Subject = p.text()
	if p.begins(`,"name":"`) {
		p.word(`,"name":"`)
		c.Name = p.text()
	}
	p.word(`,"role":"`)
	c.Role = wire.Role(p.text())
	p.word(`,"marts":[`)
	c.Marts = p.marts()
	p.word(`,"iat":`)
	c.IssuedAt = p.number()
	p.word(`,"exp":`)
	c.Expires = p.number()
	p.word(`,"aud":"` + wire.Audience + `"}`)
	return c, !p.other && len(p.rest) == 0
}

// A plain is a payload on its way through readPlain. Once something other has come than
// what Sign writes, nothing that is read means anything.
type plain struct {
	rest  []byte
	other bool
}

func (p *plain) begins(word string) bool {
	return len(p.rest) >= len(word) && string(p.rest[:len(word)]) == word
}

func (p *plain) word(word string) {
	if !p.begins(word) {
		p.other = true
		return
	}
	p.rest = p.rest[len(word):]
}

// text is what stands before the next quotation mark, which is taken too.
func (p *plain) text() string {
	text, rest, ended := bytes.Cut(p.rest, []byte{'"'})
	if !ended || !utf8.Valid(text) || bytes.ContainsFunc(text, escaped) {
		p.other = true
		return ""
	}
	p.rest = rest
	return string(text)
}

// escaped says whether a letter never stands for itself in JSON (RFC 8259, section 7).
func escaped(r rune) bool { return r < ' ' || r == '\\' }

// marts are those before the next bracket, one at least.
func (p *plain) marts() []order.MartID {
	var marts []order.MartID
	for !p.other {
		p.word(`"`)
		marts = append(marts, order.MartID(p.text()))
		if p.begins(`]`) {
			break
		}
		p.word(`,`)
	}
	p.word(`]`)
	return marts
}

// number is one of at most 18 digits, which any int64 can be.
func (p *plain) number() (n int64) {
	digits := 0
	for digits < len(p.rest) && p.rest[digits] >= '0' && p.rest[digits] <= '9' {
		n = 10*n + int64(p.rest[digits]-'0')
		digits++
	}
	p.other = p.other || digits == 0 || digits > 18 || p.rest[0] == '0'
	p.rest = p.rest[digits:]
	return n
}
