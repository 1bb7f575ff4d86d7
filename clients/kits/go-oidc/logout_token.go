package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

const (
	logoutTokenMaxAge = 5 * time.Minute
	clockSkew         = 30 * time.Second
	keysPause         = 5 * time.Second
)

// readLogoutToken verifies a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).
// go-oidc checks signature, issuer, audience, end, event, `jti` and the absence of a nonce. The
// type and the age are for us to check, and for the caller that the token was not seen before.
func (p *Provider) readLogoutToken(ctx context.Context, raw string) (*oidc.LogoutToken, error) {
	parsed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{signingAlgorithm})
	if err != nil {
		return nil, Refusal("not a signed token")
	}
	if typ := parsed.Signatures[0].Protected.ExtraHeaders[jose.HeaderType]; typ != "logout+jwt" {
		return nil, Refusal("not a logout token")
	}
	token, err := p.verifier.VerifyLogout(ctx, raw)
	if err != nil {
		return nil, err
	}
	if len(token.Audience) != 1 {
		return nil, Refusal("for others, too")
	}
	if age := time.Since(token.IssuedAt); age < -clockSkew || age > logoutTokenMaxAge+clockSkew {
		return nil, Refusal("too old, or of the future")
	}
	return token, nil
}

// rarely keeps strangers who send bad tokens from making this portal ask for the provider's keys
// all the time: go-oidc would ask once for each signature it cannot verify.
type rarely struct {
	inner http.RoundTripper
	mu    sync.Mutex
	next  time.Time
}

func (r *rarely) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	early := time.Now().Before(r.next)
	if !early {
		r.next = time.Now().Add(keysPause)
	}
	r.mu.Unlock()
	if early {
		return nil, errors.New("the provider's keys were asked for a moment ago")
	}
	return r.inner.RoundTrip(request)
}
