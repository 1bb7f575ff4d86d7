// A small portal that signs people in through Tongxing (通行).
package main

import (
	"crypto/rand"
	"errors"
	"log"
	"net/http"
	"time"

	"golang.org/x/oauth2"
)

const maxFormBytes = 64 << 10

type portal struct {
	settings Settings
	provider *Provider
	sessions *Sessions
}

func main() {
	settings, err := readSettings()
	if err != nil {
		log.Fatal(err)
	}
	provider, err := connect(settings)
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{
		Addr:         settings.Listen,
		Handler:      (&portal{settings, provider, newSessions()}).handler(),
		ReadTimeout:  timeout,
		WriteTimeout: 6 * timeout, // a sign-in asks the provider several times
		IdleTimeout:  2 * time.Minute,
	}
	log.Printf("portal at %s", settings.BaseURL)
	log.Fatal(server.ListenAndServe())
}

func (p *portal) handler() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", p.home)
	routes.HandleFunc("GET /login", p.login)
	routes.HandleFunc("GET /callback", p.callback)
	routes.HandleFunc("GET /signed-out", p.signedOut)
	routes.HandleFunc("GET /portal.css", p.styles)
	routes.HandleFunc("POST /refresh", p.refresh)
	routes.HandleFunc("POST /logout", p.logout)
	routes.HandleFunc("POST /backchannel-logout", p.backchannelLogout)

	ours := http.NewCrossOriginProtection() // forms of other sites are answered with 403
	if err := ours.AddTrustedOrigin(origin(p.settings.BaseURL)); err != nil {
		log.Fatal(err)
	}
	return http.MaxBytesHandler(p.withHeaders(ours.Handler(routes)), maxFormBytes)
}

func (p *portal) home(w http.ResponseWriter, r *http.Request) {
	session, ok := p.sessions.get(p.cookie(r, sessionCookie))
	if !ok {
		p.page(w, http.StatusOK, "home", nil)
		return
	}
	signIn, refreshed := session.now()
	p.page(w, http.StatusOK, "signed-in", map[string]any{"SignIn": signIn, "Refreshed": refreshed})
}

func (p *portal) login(w http.ResponseWriter, r *http.Request) {
	browser := p.cookie(r, browserCookie)
	if browser == "" {
		browser = rand.Text()
		p.setCookie(w, browserCookie, browser)
	}
	url, trip := p.provider.begin()
	p.sessions.startTrip(browser, trip)
	http.Redirect(w, r, url, http.StatusSeeOther)
}

func (p *portal) callback(w http.ResponseWriter, r *http.Request) {
	answer := r.URL.Query()
	trip, ok := p.sessions.takeTrip(p.cookie(r, browserCookie), answer.Get("state"))
	if !ok {
		p.problem(w, Refusal("unknown_state"))
		return
	}
	signIn, err := p.provider.finish(r.Context(), answer, trip)
	if err != nil {
		p.problem(w, err)
		return
	}
	p.sessions.end(p.cookie(r, sessionCookie))
	id := p.sessions.start(signIn)
	if id == "" {
		p.problem(w, Refusal("ended_meanwhile"))
		return
	}
	p.setCookie(w, sessionCookie, id)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *portal) refresh(w http.ResponseWriter, r *http.Request) {
	id := p.cookie(r, sessionCookie)
	if session, ok := p.sessions.get(id); ok {
		err := session.refresh(func(old SignIn) (SignIn, error) {
			return p.provider.refresh(r.Context(), old)
		})
		var answer *oauth2.RetrieveError
		if errors.As(err, &answer) && answer.ErrorCode == "invalid_grant" {
			p.sessions.end(id) // the person has signed out elsewhere
		} else if err != nil {
			p.problem(w, err)
			return
		}
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *portal) logout(w http.ResponseWriter, r *http.Request) {
	next := "/signed-out"
	if session, ok := p.sessions.end(p.cookie(r, sessionCookie)); ok {
		signIn, _ := session.now()
		next = p.provider.signOutURL(signIn)
	}
	p.setCookie(w, sessionCookie, "")
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// backchannelLogout is called by the provider's server: 200 when the session is ended, 400 when the
// token is no good.
func (p *portal) backchannelLogout(w http.ResponseWriter, r *http.Request) {
	token, err := p.provider.readLogoutToken(r.Context(), r.PostFormValue("logout_token"))
	if err == nil && !p.sessions.endFromOutside(token.TokenID, token.Subject, token.SessionID) {
		err = Refusal("seen before")
	}
	if err != nil {
		log.Printf("logout token refused: %.200q", err)
		w.WriteHeader(http.StatusBadRequest)
	}
}
