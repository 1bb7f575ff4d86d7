package cn.gov.example.portal;

import java.time.Instant;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.util.HtmlUtils;

/** What the pages say; a larger portal would take templates. */
final class Pages {

    private Pages() {}

    static String home() {
        return page("示例门户", "Example portal", signIn("登录", "Sign in"));
    }

    static String person(OidcUser person, Instant renewed, CsrfToken csrf) {
        String rows =
                row("name", "姓名", "Name", person.getFullName())
                        + row("phone_number", "手机号码", "Mobile number", person.getPhoneNumber())
                        + row("sub", "标识", "Subject", person.getSubject())
                        + row("acr", "认证等级", "Level", person.getAuthenticationContextClass())
                        + row("renewed", "更新时间", "As of", renewed.toString());
        String form =
                """
                <form method="post" action="/logout">
                <input type="hidden" name="%s" value="%s">
                <button id="sign-out">退出登录 <span lang="en">Sign out</span></button>
                </form>"""
                        .formatted(csrf.getParameterName(), HtmlUtils.htmlEscape(csrf.getToken()));
        return page("您已登录", "You are signed in", "<table>" + rows + "</table>" + form);
    }

    static String signedOut() {
        return page("已退出登录", "Signed out", signIn("重新登录", "Sign in again"));
    }

    static String problem(String code) {
        String words =
                """
                <p>请重试。<span lang="en">Please try again.</span> <code id="reason">%s</code></p>"""
                        .formatted(HtmlUtils.htmlEscape(code));
        return page(
                "未能完成登录", "Signing in did not succeed", words + signIn("重新登录", "Sign in again"));
    }

    private static String page(String title, String english, String body) {
        return """
                <!doctype html>
                <html lang="zh-CN">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%1$s · %2$s</title>
                <link rel="stylesheet" href="/portal.css">
                <main>
                <h1>%1$s <small lang="en">%2$s</small></h1>
                %3$s
                </main>
                </html>
                """
                .formatted(title, english, body);
    }

    private static String row(String id, String label, String english, String value) {
        return """
                <tr><th scope="row">%s <span lang="en">%s</span></th><td id="%s">%s</td></tr>
                """
                .formatted(label, english, id, HtmlUtils.htmlEscape(value == null ? "" : value));
    }

    private static String signIn(String text, String english) {
        return """
                <p><a id="sign-in" href="/person">%s <span lang="en">%s</span></a></p>"""
                .formatted(text, english);
    }
}
