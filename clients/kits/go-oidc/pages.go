package main

import (
	"embed"
	"html/template"
	"log"
	"net/http"
)

const (
	sessionCookie = "portal_session"
	browserCookie = "portal_browser"
)

//go:embed portal.css pages.html
var files embed.FS

var templates = template.Must(template.ParseFS(files, "pages.html"))

func (p *portal) page(w http.ResponseWriter, status int, name string, values any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := templates.ExecuteTemplate(w, name, values); err != nil {
		log.Printf("page %s: %v", name, err)
	}
}

func (p *portal) signedOut(w http.ResponseWriter, _ *http.Request) {
	p.page(w, http.StatusOK, "signed-out", nil)
}

func (p *portal) problem(w http.ResponseWriter, err error) {
	log.Printf("failed: %.200q", err)
	p.page(w, http.StatusBadRequest, "problem", reasonOf(err))
}

func (p *portal) styles(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "portal.css")
}

// withHeaders sets what every answer has.
func (p *portal) withHeaders(next http.Handler) http.Handler {
	// form-action also covers the redirect after a form, here to the provider's sign-out.
	policy := "default-src 'none'; style-src 'self'; form-action 'self' " +
		origin(p.settings.Issuer) + "; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "same-origin")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

func (p *portal) cookieName(name string) string {
	if p.settings.HTTPS {
		return "__Host-" + name
	}
	return name
}

func (p *portal) cookie(r *http.Request, name string) string {
	if found, err := r.Cookie(p.cookieName(name)); err == nil {
		return found.Value
	}
	return ""
}

// setCookie sets a cookie of this browser session, or removes it when the value is empty.
func (p *portal) setCookie(w http.ResponseWriter, name, value string) {
	cookie := &http.Cookie{
		Name:     p.cookieName(name),
		Value:    value,
		Path:     "/",
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
		Secure:   p.settings.HTTPS,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
