package settings

import (
	"slices"

	"fyne.io/fyne/v2/widget"
)

// A choice is a list to choose one value from.
type choice[T comparable] struct {
	input  *widget.Select
	values []T
	name   func(T) string
}

func newChoice[T comparable](values []T, name func(T) string) *choice[T] {
	c := &choice[T]{input: &widget.Select{}, values: values, name: name}
	c.list()
	return c
}

func (c *choice[T]) list() {
	var names []string
	for _, v := range c.values {
		names = append(names, c.name(v))
	}
	c.input.SetOptions(names)
}

// set chooses v. What was set by hand, in the file, joins the list: opening and saving
// must not change it.
func (c *choice[T]) set(v T) {
	if !slices.Contains(c.values, v) {
		c.values = append(c.values, v)
		c.list()
	}
	c.input.SetSelectedIndex(slices.Index(c.values, v))
}

// value is what is chosen; before set, nothing.
func (c *choice[T]) value() (v T) {
	if i := c.input.SelectedIndex(); i >= 0 {
		v = c.values[i]
	}
	return v
}
