package cn.gov.example.portal;

import java.util.Map;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The API; replace it by your department's own. */
@RestController
class ApiController {

    @GetMapping("/api/subject")
    Map<String, String> subject(@AuthenticationPrincipal Jwt token) {
        return Map.of("sub", token.getSubject(), "client_id", token.getClaimAsString("client_id"));
    }
}
