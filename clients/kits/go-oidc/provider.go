package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	signingAlgorithm = oidc.ES256
	timeout          = 10 * time.Second
)

// Provider is everything that is said to the provider, by way of go-oidc and x/oauth2.
type Provider struct {
	issuer, signedOut, endSession string

	client   *http.Client
	oidc     *oidc.Provider
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// Trip is what is remembered of a sign-in until the browser comes back.
type Trip struct{ State, Nonce, Verifier string }

// SignIn is what a sign-in, or a refresh of it, has brought.
type SignIn struct {
	Sub, Sid, ACR string
	Userinfo      Userinfo
	IDToken       string
	Token         *oauth2.Token
}

// Userinfo holds the claims this portal shows.
type Userinfo struct {
	Name        string `json:"name"`
	PhoneNumber string `json:"phone_number"`
}

// Refusal is an answer that is not accepted; its text is safe to show and to log.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// connect reads the provider's metadata.
func connect(settings Settings) (*Provider, error) {
	client := &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	found, err := oidc.NewProvider(oidc.ClientContext(context.Background(), client), settings.Issuer)
	if err != nil {
		return nil, err
	}
	var metadata struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&metadata); err != nil {
		return nil, err
	}
	endpoint := found.Endpoint()
	// Unless told, x/oauth2 tries one method after the other, and a code is good for one request.
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	keysClient := &http.Client{Timeout: timeout, Transport: &rarely{inner: http.DefaultTransport}}
	return &Provider{
		issuer:     settings.Issuer,
		signedOut:  settings.BaseURL + "/signed-out",
		endSession: metadata.EndSession,
		client:     client,
		oidc:       found,
		oauth: oauth2.Config{
			ClientID:     settings.ClientID,
			ClientSecret: settings.ClientSecret,
			Endpoint:     endpoint,
			RedirectURL:  settings.BaseURL + "/callback",
			Scopes:       settings.Scopes,
		},
		verifier: found.VerifierContext(
			oidc.ClientContext(context.Background(), keysClient),
			&oidc.Config{
				ClientID:             settings.ClientID,
				SupportedSigningAlgs: []string{signingAlgorithm},
			},
		),
	}, nil
}

// begin starts a sign-in: where to send the browser, and what to remember.
func (p *Provider) begin() (string, Trip) {
	trip := Trip{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return p.oauth.AuthCodeURL(
		trip.State, oidc.Nonce(trip.Nonce), oauth2.S256ChallengeOption(trip.Verifier),
	), trip
}

// finish ends it. The caller has found the trip by `state`; go-oidc checks signature, issuer,
// audience and dates of the ID token, and leaves `iss` of the answer (RFC 9207) and `nonce` to us.
func (p *Provider) finish(ctx context.Context, answer url.Values, trip Trip) (SignIn, error) {
	if iss := answer["iss"]; len(iss) != 1 || iss[0] != p.issuer {
		return SignIn{}, Refusal("wrong_issuer")
	}
	if code := answer.Get("error"); code != "" {
		return SignIn{}, Refusal(code)
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(trip.Verifier))
	if err != nil {
		return SignIn{}, err
	}
	signIn, nonce, err := p.read(ctx, token)
	if err == nil && nonce != trip.Nonce {
		err = Refusal("wrong_nonce")
	}
	return signIn, err
}

// refresh asks for new tokens and the claims as they are now. A refresh token is good for one use:
// the SignIn that comes back holds the next.
func (p *Provider) refresh(ctx context.Context, old SignIn) (SignIn, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	// A TokenSource refreshes when the access token is near its end; without one, it does so now.
	token, err := p.oauth.TokenSource(ctx, &oauth2.Token{RefreshToken: old.Token.RefreshToken}).Token()
	if err != nil {
		return SignIn{}, err
	}
	signIn, _, err := p.read(ctx, token)
	if err == nil && (signIn.Sub != old.Sub || signIn.Sid != old.Sid) {
		err = Refusal("another_person")
	}
	return signIn, err
}

// read verifies the ID token and asks for the person's claims.
func (p *Provider) read(ctx context.Context, token *oauth2.Token) (SignIn, string, error) {
	raw, _ := token.Extra("id_token").(string)
	idToken, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return SignIn{}, "", fmt.Errorf("%w: %w", Refusal("bad_id_token"), err)
	}
	if len(idToken.Audience) != 1 {
		return SignIn{}, "", Refusal("bad_id_token")
	}
	signIn := SignIn{Sub: idToken.Subject, IDToken: raw, Token: token}
	claims := struct {
		Sid *string `json:"sid"`
		ACR *string `json:"acr"`
	}{&signIn.Sid, &signIn.ACR}
	if err := idToken.Claims(&claims); err != nil {
		return SignIn{}, "", err
	}
	userinfo, err := p.oidc.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return SignIn{}, "", err
	}
	if userinfo.Subject != idToken.Subject {
		return SignIn{}, "", Refusal("another_person")
	}
	return signIn, idToken.Nonce, userinfo.Claims(&signIn.Userinfo)
}

// signOutURL is where the browser goes to sign out at the provider, too.
func (p *Provider) signOutURL(signIn SignIn) string {
	return p.endSession + "?" + url.Values{
		"id_token_hint":            {signIn.IDToken},
		"post_logout_redirect_uri": {p.signedOut},
		"state":                    {rand.Text()},
	}.Encode()
}

// reasonOf is what a page may say about a failure.
func reasonOf(err error) string {
	var refusal Refusal
	var answer *oauth2.RetrieveError
	switch {
	case errors.As(err, &refusal):
		return string(refusal)
	case errors.As(err, &answer) && answer.ErrorCode != "":
		return answer.ErrorCode
	}
	return "provider_unavailable"
}
