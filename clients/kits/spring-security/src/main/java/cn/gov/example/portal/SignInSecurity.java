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
import org.springframework.security.oauth2.client.web.HttpSessionOAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestCustomizers;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.client.web.OAuth2LoginAuthenticationFilter;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.SimpleUrlAuthenticationFailureHandler;
import org.springframework.security.web.session.HttpSessionEventPublisher;

/** How people sign in and out. */
@Configuration
class SignInSecurity {

    private static final String SIGN_IN = "/oauth2/authorization/tongxing";
    private static final String[] OPEN = {"/", "/problem", "/signed-out", "/portal.css", "/error"};

    @Bean
    SecurityFilterChain pages(
            HttpSecurity http, PortalSettings settings, ClientRegistrationRepository registrations)
            throws Exception {
        http.authorizeHttpRequests(
                requests -> requests.requestMatchers(OPEN).permitAll().anyRequest().authenticated());

        var problem = new SimpleUrlAuthenticationFailureHandler("/problem");
        var issuer = new ResponseIssuerFilter(settings.issuer().toString(), problem);
        http.addFilterBefore(issuer, OAuth2LoginAuthenticationFilter.class);
        http.oauth2Login(
                login -> {
                    login.loginPage(SIGN_IN);
                    login.authorizationEndpoint(
                            to -> to.authorizationRequestResolver(withPkce(registrations)));
                    login.defaultSuccessUrl("/person");
                    login.failureHandler(problem);
                });

        var signOut = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        signOut.setPostLogoutRedirectUri(settings.baseUrl() + "/signed-out");
        http.logout(logout -> logout.logoutSuccessHandler(signOut));
        http.oidcLogout(logout -> logout.backChannel(Customizer.withDefaults()));

        http.headers(
                headers ->
                        headers.contentSecurityPolicy(
                                policy -> policy.policyDirectives(contentPolicy(settings))));
        return http.build();
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

    /**
     * Tokens belong to one session and end with it. By default Spring keeps one set for each person,
     * so that the same person in two browsers would sign out, and refresh, with the wrong ones.
     */
    @Bean
    OAuth2AuthorizedClientRepository tokens() {
        return new HttpSessionOAuth2AuthorizedClientRepository();
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
