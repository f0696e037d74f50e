//! Carries requests of the public `oauth2` and `openidconnect` crates over `reqwest`.

use std::pin::Pin;
use std::time::Duration;

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};

/// A client that follows no redirect (a provider's answer is never elsewhere) and waits ten seconds at most.
#[derive(Debug, Clone)]
pub(super) struct Transport(pub(super) reqwest::Client);

impl Transport {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        builder.timeout(Duration::from_secs(10)).build().map(Self)
    }
}

impl<'c> AsyncHttpClient<'c> for Transport {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let mut response = http::Response::new(Vec::new());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            *response.body_mut() = answer.bytes().await?.to_vec();
            Ok(response)
        })
    }
}
