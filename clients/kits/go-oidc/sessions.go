package main

import (
	"crypto/rand"
	"sync"
	"time"
)

const (
	sessionLifetime = 8 * time.Hour
	tripLifetime    = 10 * time.Minute
)

// Sessions live in this process's memory; with several processes keep the same records in a
// database, found by id, by sid and by sub.
type Sessions struct {
	mu           sync.Mutex
	open         *expiring[*Session]
	trips        *expiring[Trip]
	ended        *expiring[bool]
	logoutTokens *expiring[bool]
}

// Session is one browser's. A refresh token is good once, so refreshes of a session take turns.
type Session struct {
	sub, sid string

	mu        sync.Mutex
	signIn    SignIn
	refreshed int
}

func newSessions() *Sessions {
	return &Sessions{
		open:         newExpiring[*Session](sessionLifetime),
		trips:        newExpiring[Trip](tripLifetime),
		ended:        newExpiring[bool](tripLifetime),
		logoutTokens: newExpiring[bool](logoutTokenMaxAge + 2*clockSkew),
	}
}

// startTrip remembers a sign-in under way, bound to one browser: each tab has its own.
func (s *Sessions) startTrip(browser string, trip Trip) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trips.put(browser+" "+trip.State, trip)
}

// takeTrip gives a trip back once.
func (s *Sessions) takeTrip(browser, state string) (Trip, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trips.take(browser + " " + state)
}

// start begins a session and returns its id; empty when it was ended while it was on its way.
func (s *Sessions) start(signIn SignIn) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, over := s.ended.get(signIn.Sid); over {
		return ""
	}
	id := rand.Text()
	s.open.put(id, &Session{sub: signIn.Sub, sid: signIn.Sid, signIn: signIn})
	return id
}

func (s *Sessions) get(id string) (*Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open.get(id)
}

// end ends a session and returns it.
func (s *Sessions) end(id string) (*Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open.take(id)
}

// endFromOutside ends the session, or all sessions of a person, that the provider says have ended.
// It is false when this logout token was seen before.
func (s *Sessions) endFromOutside(jti, sub, sid string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, seen := s.logoutTokens.get(jti); seen {
		return false
	}
	s.logoutTokens.put(jti, true)
	if sid != "" {
		s.ended.put(sid, true)
	}
	s.open.remove(func(session *Session) bool {
		return (sid == "" || session.sid == sid) && (sub == "" || session.sub == sub)
	})
	return true
}

// now returns what the session knows at present, and how often it was refreshed.
func (s *Session) now() (SignIn, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.signIn, s.refreshed
}

// refresh replaces what the session knows by what `work` makes of it.
func (s *Session) refresh(work func(SignIn) (SignIn, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	signIn, err := work(s.signIn)
	if err == nil {
		s.signIn = signIn
		s.refreshed++
	}
	return err
}
