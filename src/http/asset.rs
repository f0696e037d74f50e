//! Static files: in the program, under addresses that change with their content.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::{Problem, Public};

#[derive(rust_embed::RustEmbed)]
#[folder = "static/"]
struct Files;

/// The address of a static file, for templates: `{{ crate::http::asset_url("css/doorward.css") }}`.
#[must_use]
pub fn asset_url(path: &str) -> String {
    let fingerprint = Files::get(path).map(|file| fingerprint(&file));
    format!("/static/{}/{path}", fingerprint.as_deref().unwrap_or("none"))
}

fn fingerprint(file: &rust_embed::EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    data_encoding::HEXLOWER.encode(hash.first_chunk::<8>().map_or(&[][..], |start| start))
}

/// Answers with a file. An address with the file's own fingerprint never changes its content; one out of an older page is
/// answered too, and asked again next time.
pub(super) async fn serve(
    _: Public,
    Path((asked, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(file) = Files::get(&path) else {
        return Problem::new(StatusCode::NOT_FOUND).into_response();
    };
    let fingerprint = fingerprint(&file);
    let cache = if asked == fingerprint {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let tag = format!("\"{fingerprint}\"");
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let caching = [(CACHE_CONTROL, cache), (ETAG, tag.as_str())];
    if known {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    let kind = [(CONTENT_TYPE, HeaderValue::from_static(content_type(&path)))];
    (kind, caching, file.data).into_response()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_static_file_has_a_known_type() {
        assert!(Files::iter().count() > 0);
        for path in Files::iter() {
            assert_ne!(content_type(&path), "application/octet-stream", "{path}");
        }
    }

    #[tokio::test]
    async fn a_file_is_cached_for_ever_under_its_own_address_only() {
        let url = asset_url("css/doorward.css");
        let fingerprint = url.split('/').nth(2).unwrap().to_owned();
        let ask = async |asked: &str, headers| {
            serve(
                Public,
                Path((asked.to_owned(), "css/doorward.css".to_owned())),
                headers,
            )
            .await
        };
        let response = ask(&fingerprint, HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/css; charset=utf-8");
        assert!(
            response.headers()["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let etag = response.headers()["etag"].clone();
        assert_eq!(
            ask("0123", HeaderMap::new()).await.headers()["cache-control"],
            "no-cache"
        );
        let again = HeaderMap::from_iter([(IF_NONE_MATCH, etag)]);
        assert_eq!(ask(&fingerprint, again).await.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn a_path_does_not_leave_the_folder() {
        for path in ["../Cargo.toml", "css/../../Cargo.toml", "/etc/passwd", "css", ""] {
            let asked = Path(("x".to_owned(), path.to_owned()));
            assert_eq!(
                serve(Public, asked, HeaderMap::new()).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }
}
