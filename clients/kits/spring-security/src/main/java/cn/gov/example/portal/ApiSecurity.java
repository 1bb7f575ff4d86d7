package cn.gov.example.portal;

import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/** How other programs use the API under {@code /api}: with access tokens (RFC 9068), no session. */
@Configuration
class ApiSecurity {

    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http) throws Exception {
        http.securityMatcher("/api/**");
        http.authorizeHttpRequests(requests -> requests.anyRequest().authenticated());
        http.oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()));
        http.sessionManagement(
                sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS));
        return http.build();
    }

    /**
     * Nimbus by itself knows {@code typ: JWT} only; with {@code validateType(false)} the type is left
     * to the validator, which wants {@code at+jwt}. An ID token therefore is no access token.
     */
    @Bean
    JwtDecoder accessTokens(PortalSettings settings, ClientRegistrationRepository registrations) {
        var provider = registrations.findByRegistrationId("tongxing").getProviderDetails();
        var decoder =
                NimbusJwtDecoder.withJwkSetUri(provider.getJwkSetUri())
                        .jwsAlgorithm(SignatureAlgorithm.ES256)
                        .validateType(false)
                        .build();
        // Any client to which the provider gives a token for this API.
        var anyClient = new JwtClaimValidator<>("client_id", Objects::nonNull);
        decoder.setJwtValidator(
                JwtValidators.createAtJwtValidator()
                        .issuer(settings.issuer().toString())
                        .audience(settings.apiAudience())
                        .validators(all -> all.put("client_id", anyClient))
                        .build());
        return decoder;
    }
}
