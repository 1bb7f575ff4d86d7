package main

import "time"

const capacity = 10_000

// expiring holds values under names, all for the same while; the oldest give way to new ones.
// Its owner holds a lock.
type expiring[T any] struct {
	lifetime time.Duration
	entries  map[string]entry[T]
	queue    []dated // in the order of their ends, since all live equally long
}

type entry[T any] struct {
	value T
	until time.Time
}

type dated struct {
	key   string
	until time.Time
}

func newExpiring[T any](lifetime time.Duration) *expiring[T] {
	return &expiring[T]{lifetime: lifetime, entries: map[string]entry[T]{}}
}

func (e *expiring[T]) put(key string, value T) {
	now := time.Now()
	for len(e.queue) > 0 && (len(e.queue) >= capacity || e.queue[0].until.Before(now)) {
		oldest := e.queue[0]
		e.queue = e.queue[1:]
		if e.entries[oldest.key].until.Equal(oldest.until) { // not put again since
			delete(e.entries, oldest.key)
		}
	}
	until := now.Add(e.lifetime)
	e.entries[key] = entry[T]{value, until}
	e.queue = append(e.queue, dated{key, until})
}

func (e *expiring[T]) get(key string) (T, bool) {
	found, ok := e.entries[key]
	if !ok || found.until.Before(time.Now()) {
		var nothing T
		return nothing, false
	}
	return found.value, true
}

func (e *expiring[T]) take(key string) (T, bool) {
	value, ok := e.get(key)
	delete(e.entries, key)
	return value, ok
}

func (e *expiring[T]) remove(matches func(T) bool) {
	for key, found := range e.entries {
		if matches(found.value) {
			delete(e.entries, key)
		}
	}
}
