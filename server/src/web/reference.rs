//! `/api/docs`: the description of the API to read and to try. The page is Scalar's, which is served by us and may speak
//! with us only: it has a Content-Security-Policy of its own, looser in one thing, for it brings its own styles.

use app::components::Theme;
use axum::{
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};

use super::context::theme;

/// Scripts and connections are ours alone; styles may stand in the page, which no other page of the console may do.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page. It is the same for everybody, signed in or not, as is the description itself.
pub(super) async fn page(headers: HeaderMap) -> Response {
    let policy = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-cache")];
    (policy, Html(html(theme(&headers)))).into_response()
}

fn html(theme: Theme) -> String {
    let chosen = theme.attribute().map_or(String::new(), |word| format!(" data-theme=\"{word}\""));
    format!(
        "<!DOCTYPE html><html lang=\"en\"{chosen}><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>REST API · Carillon</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/pkg/carillon.css\"><link rel=\"stylesheet\" href=\"/reference/look.css\">\
         </head><body><nav class=\"reference\" aria-label=\"Carillon\"><a href=\"/settings/api-keys\">Carillon: API keys</a>\
         <a href=\"/api/v1/openapi.json\">openapi.json</a></nav><noscript><main class=\"auth\"><div \
         class=\"auth__box\"><h1>REST API</h1><p>This page needs JavaScript to show the reference. The description \
         itself is <a href=\"/api/v1/openapi.json\">openapi.json</a> (OpenAPI 3.1), which other tools read, too.</p></div>\
         </main></noscript><div id=\"reference\"></div><script src=\"/reference/scalar.js\" defer></script><script src=\"/reference/start.js\" defer></script>\
         </body></html>"
    )
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[tokio::test]
    async fn the_page_has_the_chosen_theme_and_speaks_with_us_alone() {
        let mut headers = HeaderMap::new();
        let cookie = format!("{}={}", Theme::COOKIE, Theme::Dark.word());
        headers.insert(header::COOKIE, HeaderValue::try_from(cookie).unwrap());
        let response = page(headers).await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
        assert!(html(Theme::Dark).contains("<html lang=\"en\" data-theme=\"dark\">"));
        let plain = html(Theme::System);
        assert!(plain.contains("<html lang=\"en\">") && !plain.contains("https://") && !plain.contains("<script>"));
    }
}
