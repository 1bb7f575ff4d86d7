package cn.gov.example.portal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.ClientAuthorizationException;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.WebAttributes;
import org.springframework.security.web.authentication.logout.SecurityContextLogoutHandler;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.SessionAttribute;

/** The portal's few pages. */
@Controller
class PageController {

    private static final String HTML = MediaType.TEXT_HTML_VALUE + ";charset=UTF-8";

    @GetMapping(path = "/", produces = HTML)
    @ResponseBody
    String home() {
        return Pages.home();
    }

    /**
     * Asking for {@code client} is what refreshes: from a minute before the access token expires,
     * Spring fetches new tokens and the claims as they are now. {@code person} has to come after it.
     */
    @GetMapping(path = "/person", produces = HTML)
    @ResponseBody
    String person(
            @RegisteredOAuth2AuthorizedClient("tongxing") OAuth2AuthorizedClient client,
            @AuthenticationPrincipal OidcUser person,
            CsrfToken csrf) {
        return Pages.person(person, client.getAccessToken().getIssuedAt(), csrf);
    }

    /** A refusal to refresh: the person has signed out elsewhere, so the session ends here, too. */
    @ExceptionHandler(ClientAuthorizationException.class)
    String signedOutElsewhere(
            ClientAuthorizationException refusal,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (!refusal.getError().getErrorCode().equals("invalid_grant")) {
            throw refusal;
        }
        new SecurityContextLogoutHandler().logout(request, response, null);
        return "redirect:/";
    }

    @GetMapping(path = "/signed-out", produces = HTML)
    @ResponseBody
    String signedOut() {
        return Pages.signedOut();
    }

    @GetMapping(path = "/problem", produces = HTML)
    @ResponseBody
    String problem(
            @SessionAttribute(name = WebAttributes.AUTHENTICATION_EXCEPTION, required = false)
                    AuthenticationException problem) {
        // The error's code, never its message or what caused it.
        return Pages.problem(
                problem instanceof OAuth2AuthenticationException refusal
                        ? refusal.getError().getErrorCode()
                        : "");
    }
}
