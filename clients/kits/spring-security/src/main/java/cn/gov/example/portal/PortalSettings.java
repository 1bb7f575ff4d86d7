package cn.gov.example.portal;

import java.net.URI;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;

/** The values under {@code portal:} in application.yaml. */
@ConfigurationProperties("portal")
record PortalSettings(
        URI issuer, URI baseUrl, SignatureAlgorithm idTokenAlgorithm, String apiAudience) {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    PortalSettings {
        requireSafe("PORTAL_ISSUER", issuer);
        requireSafe("PORTAL_BASE_URL", baseUrl);
    }

    boolean https() {
        return baseUrl.getScheme().equals("https");
    }

    String issuerOrigin() {
        return issuer.getScheme() + "://" + issuer.getAuthority();
    }

    private static void requireSafe(String name, URI url) {
        boolean loopback = "http".equals(url.getScheme()) && LOOPBACK.contains(url.getHost());
        if (!loopback && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException(
                    name + " must be https; plain http is for this machine only");
        }
        if (url.toString().endsWith("/")) {
            throw new IllegalArgumentException(name + " must not end with a slash");
        }
    }
}
