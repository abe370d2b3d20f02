package ratelimit

import "container/list"

// A recent is a bounded map that drops the entry that was put the longest ago. It has no
// lock of its own.
type recent[K comparable, V any] struct {
	most     int
	elements map[K]*list.Element
	order    *list.List // of entry[K, V]; the one put last comes first
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](most int) recent[K, V] {
	return recent[K, V]{most: most, elements: map[K]*list.Element{}, order: list.New()}
}

// get returns the value of key; ok reports whether there is one.
func (r *recent[K, V]) get(key K) (value V, ok bool) {
	e, ok := r.elements[key]
	if ok {
		value = e.Value.(entry[K, V]).value
	}
	return value, ok
}

// put makes key the newest entry, with this value.
func (r *recent[K, V]) put(key K, value V) {
	r.remove(key)
	r.elements[key] = r.order.PushFront(entry[K, V]{key, value})
	if r.order.Len() > r.most {
		oldest, _ := r.oldest()
		r.remove(oldest.key)
	}
}

func (r *recent[K, V]) remove(key K) {
	if e, ok := r.elements[key]; ok {
		r.order.Remove(e)
		delete(r.elements, key)
	}
}

// oldest returns the entry that was put the longest ago; ok reports whether there is one.
func (r *recent[K, V]) oldest() (oldest entry[K, V], ok bool) {
	e := r.order.Back()
	if e == nil {
		return oldest, false
	}
	return e.Value.(entry[K, V]), true
}
