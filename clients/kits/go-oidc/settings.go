package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
)

// Settings are what the environment says about this portal.
type Settings struct {
	Issuer, ClientID, ClientSecret string
	Scopes                         []string
	BaseURL                        string
	HTTPS                          bool
	Listen                         string
}

func readSettings() (Settings, error) {
	settings := Settings{Scopes: strings.Fields(os.Getenv("PORTAL_SCOPE"))}
	if len(settings.Scopes) == 0 {
		settings.Scopes = []string{"openid", "profile", "phone"}
	}
	for name, target := range map[string]*string{
		"PORTAL_ISSUER":        &settings.Issuer,
		"PORTAL_BASE_URL":      &settings.BaseURL,
		"PORTAL_CLIENT_ID":     &settings.ClientID,
		"PORTAL_CLIENT_SECRET": &settings.ClientSecret,
	} {
		if *target = os.Getenv(name); *target == "" {
			return Settings{}, fmt.Errorf("%s is not set", name)
		}
	}
	if _, err := publicURL(settings.Issuer); err != nil {
		return Settings{}, fmt.Errorf("PORTAL_ISSUER: %w", err)
	}
	base, err := publicURL(settings.BaseURL)
	if err != nil {
		return Settings{}, fmt.Errorf("PORTAL_BASE_URL: %w", err)
	}
	settings.HTTPS = base.Scheme == "https"
	host, port := os.Getenv("PORTAL_HOST"), os.Getenv("PORTAL_PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = base.Port()
	}
	settings.Listen = net.JoinHostPort(host, port)
	return settings, nil
}

func publicURL(text string) (*url.URL, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || strings.HasSuffix(text, "/") {
		return nil, fmt.Errorf("an absolute URL without a slash at the end is needed")
	}
	name := parsed.Hostname()
	local := name == "localhost" || name == "127.0.0.1" || name == "::1"
	if parsed.Scheme != "https" && !(parsed.Scheme == "http" && local) {
		return nil, fmt.Errorf("must be https; plain http is for this machine only")
	}
	return parsed, nil
}

// origin is the scheme, host and port of a URL that readSettings has accepted.
func origin(text string) string {
	parsed, _ := url.Parse(text)
	return parsed.Scheme + "://" + parsed.Host
}
