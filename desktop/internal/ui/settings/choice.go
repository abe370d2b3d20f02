package settings

import (
	"slices"

	"jumun/desktop/internal/ui/widgets"
)

// A choice is a list from which a person chooses one value.
type choice[T comparable] struct {
	input  *widgets.Select
	values []T
	name   func(T) string
}

func newChoice[T comparable](values []T, name func(T) string) *choice[T] {
	c := &choice[T]{input: widgets.NewSelect(), values: values, name: name}
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

// set chooses v. A value that somebody wrote into the file by hand is added to the list,
// so that opening and saving the settings does not change it.
func (c *choice[T]) set(v T) {
	if !slices.Contains(c.values, v) {
		c.values = append(c.values, v)
		c.list()
	}
	c.input.SetSelectedIndex(slices.Index(c.values, v))
}

// value returns the chosen value, or the zero value before set.
func (c *choice[T]) value() (v T) {
	if i := c.input.SelectedIndex(); i >= 0 {
		v = c.values[i]
	}
	return v
}
