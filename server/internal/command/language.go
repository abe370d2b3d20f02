package command

import (
	"cmp"
	"errors"
	"strings"
)

// A language is what the operator reads.
type language string

const (
	english language = "en"
	korean  language = "ko"
)

// languageOf returns the language of the locale: the first of LC_ALL, LC_MESSAGES and LANG
// that is set (POSIX, section 8.2). Every locale but the Korean ones gets English.
func languageOf(getenv func(string) string) language {
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if name := strings.ToLower(locale); name == "ko" || strings.HasPrefix(name, "ko_") || strings.HasPrefix(name, "ko.") || strings.HasPrefix(name, "ko-") {
		return korean
	}
	return english
}

// choose returns the text in this language.
func (l language) choose(inEnglish, inKorean string) string {
	if l == korean {
		return inKorean
	}
	return inEnglish
}

// An advice is an error that tells the operator what to do, in both languages.
type advice struct {
	err             error
	english, korean string
}

// advise returns err with what to do about it.
func advise(err error, english, korean string) error { return &advice{err, english, korean} }

// Error returns the English text.
func (a *advice) Error() string { return a.err.Error() + ": " + a.english }

// Unwrap returns the cause.
func (a *advice) Unwrap() error { return a.err }

// message returns the text of err, with its advice in this language.
func (l language) message(err error) string {
	var a *advice
	if !errors.As(err, &a) {
		return err.Error()
	}
	text := l.message(a.err) + ": " + l.choose(a.english, a.korean)
	return strings.Replace(err.Error(), a.Error(), text, 1)
}
