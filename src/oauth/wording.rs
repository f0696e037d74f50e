//! Scopes in the words that people read: title and purpose. Those of OpenID Connect have sentences of ours, those of an API
//! are as its owner has named them.

use std::sync::Arc;

use crate::access::Application;
use crate::domain::{OPENID_SCOPES, OWN_APPLICATION, Scopes};
use crate::http::Text;

/// The scopes of OpenID Connect among these.
pub(super) fn of_openid(text: &Text, scopes: &Scopes) -> Vec<(String, String)> {
    OPENID_SCOPES
        .into_iter()
        .filter(|scope| scopes.contains(scope))
        .map(|scope| {
            let key = format!("consent-scope-{}", scope.replace('_', "-"));
            (text.get(&key), text.get(&format!("{key}-why")))
        })
        .collect()
}

/// The permissions of an API among these, in its own order. Those of this house have sentences of ours.
pub(super) fn of_application(
    text: &Text,
    application: &Application,
    scopes: &Scopes,
) -> Vec<(String, String)> {
    application
        .permissions
        .iter()
        .filter(|(name, _, _)| scopes.contains(name))
        .map(|(name, title, purpose)| {
            if application.id == OWN_APPLICATION {
                let key = format!("consent-right-{}", name.replace(':', "-"));
                (text.get(&key), text.get(&format!("{key}-why")))
            } else {
                (title.clone(), purpose.clone())
            }
        })
        .collect()
}

/// The names of those that nobody defines any more: they give nothing, but what was allowed once is not kept from view.
pub(super) fn of_nobody(applications: &[Arc<Application>], scopes: &Scopes) -> Vec<(String, String)> {
    let defined = |scope: &str| {
        OPENID_SCOPES.contains(&scope)
            || applications
                .iter()
                .any(|api| api.permissions.iter().any(|(name, _, _)| name == scope))
    };
    scopes
        .iter()
        .filter(|scope| !defined(scope.as_str()))
        .map(|scope| (scope.as_str().to_owned(), String::new()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Id, Timestamp, TokenFormat};
    use crate::http::{Language, Sentences};

    fn api() -> Application {
        let at = Timestamp::from_micros(1);
        let permission = |name: &str| (name.to_owned(), format!("Title of {name}"), "Why".to_owned());
        Application {
            id: Id::new(at, [1; 10]),
            organisation_id: Id::new(at, [1; 10]),
            name: "Feedback".to_owned(),
            audience: "https://feedback.example".to_owned(),
            shared: false,
            token_format: TokenFormat::Jwt,
            retired_at: None,
            permissions: ["f:write", "f:read", "f:export"].map(permission).to_vec(),
        }
    }

    #[test]
    fn each_scope_is_told_once_and_by_its_title_where_it_has_one() {
        let scopes = Scopes::parse("offline_access f:read openid f:gone f:write").unwrap();
        let text = Text::new(Arc::new(Sentences::load().0), Language::English);
        let titles = |pairs: Vec<(String, String)>| -> Vec<String> {
            pairs.into_iter().map(|(title, _)| title).collect()
        };
        let api = Arc::new(api());
        assert_eq!(
            titles(of_openid(&text, &scopes)),
            ["Recognise you", "Keep access after you sign out"]
        );
        assert_eq!(
            titles(of_application(&text, &api, &scopes)),
            ["Title of f:write", "Title of f:read"]
        );
        assert_eq!(titles(of_nobody(&[api], &scopes)), ["f:gone"]);
        assert_eq!(of_nobody(&[], &scopes).len(), 3);
    }
}
