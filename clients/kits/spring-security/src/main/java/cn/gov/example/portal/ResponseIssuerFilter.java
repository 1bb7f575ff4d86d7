package cn.gov.example.portal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses an answer that does not come from our provider, before its code is sent anywhere (RFC
 * 9207 section 2.4). Spring Security 6 does not look at {@code iss} itself.
 */
class ResponseIssuerFilter extends OncePerRequestFilter {

    private static final String CALLBACK = "/login/oauth2/code/";

    private final String[] expected;
    private final AuthenticationFailureHandler problem;

    ResponseIssuerFilter(String issuer, AuthenticationFailureHandler problem) {
        this.expected = new String[] {issuer};
        this.problem = problem;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getServletPath().startsWith(CALLBACK);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (Arrays.equals(expected, request.getParameterValues("iss"))) {
            chain.doFilter(request, response);
        } else {
            problem.onAuthenticationFailure(
                    request, response, new OAuth2AuthenticationException("issuer_mismatch"));
        }
    }
}
