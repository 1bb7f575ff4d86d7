package cn.gov.example.portal;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.client.OidcBackChannelLogoutHandler;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.oidc.session.InMemoryOidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.session.OidcSessionRegistry;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2LoginAuthenticationFilter;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.SimpleUrlAuthenticationFailureHandler;
import org.springframework.security.web.session.HttpSessionEventPublisher;

/** How people sign in and out. */
@Configuration
class SignInSecurity {

    private static final String SIGN_IN = "/oauth2/authorization/tongxing";

    @Bean
    SecurityFilterChain pages(
            HttpSecurity http, PortalSettings settings, ClientRegistrationRepository registrations)
            throws Exception {
        var problem = new SimpleUrlAuthenticationFailureHandler("/problem");
        var signOut = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        signOut.setPostLogoutRedirectUri(settings.baseUrl() + "/signed-out");
        return http.authorizeHttpRequests(
                        requests ->
                                requests.requestMatchers(
                                                "/", "/problem", "/signed-out", "/portal.css", "/error")
                                        .permitAll()
                                        .anyRequest()
                                        .authenticated())
                .oauth2Login(
                        login ->
                                login.loginPage(SIGN_IN)
                                        .authorizationEndpoint(
                                                to -> to.authorizationRequestResolver(withPkce(registrations)))
                                        .defaultSuccessUrl("/person")
                                        .failureHandler(problem))
                .addFilterBefore(
                        new ResponseIssuerFilter(settings.issuer().toString(), problem),
                        OAuth2LoginAuthenticationFilter.class)
                .logout(logout -> logout.logoutSuccessHandler(signOut))
                .oidcLogout(logout -> logout.backChannel(Customizer.withDefaults()))
                .headers(
                        headers ->
                                headers.contentSecurityPolicy(
                                        policy -> policy.policyDirectives(contentPolicy(settings))))
                .build();
    }

    /** Spring sends {@code state} and {@code nonce} by itself, but PKCE only for public clients. */
    private static OAuth2AuthorizationRequestResolver withPkce(
            ClientRegistrationRepository registrations) {
        var resolver =
                new DefaultOAuth2AuthorizationRequestResolver(registrations, "/oauth2/authorization");
        resolver.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
        return resolver;
    }

    /** The form that signs out goes on to the provider, so {@code form-action} has to name it. */
    private static String contentPolicy(PortalSettings settings) {
        return "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
                + "form-action 'self' "
                + settings.issuerOrigin();
    }

    /** Nothing but the registered algorithm is accepted; without this, nothing but RS256. */
    @Bean
    JwtDecoderFactory<ClientRegistration> idTokens(PortalSettings settings) {
        var factory = new OidcIdTokenDecoderFactory();
        factory.setJwsAlgorithmResolver(registration -> settings.idTokenAlgorithm());
        return factory;
    }

    /** Which session belongs to which sign-in; with several processes keep it in a database. */
    @Bean
    OidcSessionRegistry signIns() {
        return new InMemoryOidcSessionRegistry();
    }

    /**
     * Ends a session by a request of the portal to itself. It takes the inner address: the outer one
     * may lead through a proxy that does not let it in.
     */
    @Bean
    OidcBackChannelLogoutHandler backChannelLogout(
            OidcSessionRegistry signIns,
            @Value("http://${server.address}:${server.port}") String innerUrl) {
        var handler = new OidcBackChannelLogoutHandler(signIns);
        handler.setLogoutUri(innerUrl + "/logout/connect/back-channel/{registrationId}");
        return handler;
    }

    /** Tells the registry which sessions have ended. */
    @Bean
    HttpSessionEventPublisher sessionEvents() {
        return new HttpSessionEventPublisher();
    }

    @Bean
    ServletContextInitializer secureCookies(PortalSettings settings) {
        return context -> context.getSessionCookieConfig().setSecure(settings.https());
    }
}
