//! The page on which people see which applications may use their account, and take that back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::{consent, details, resource, wording};
use crate::client;
use crate::domain::{ClientId, Seen};
use crate::http::{Frame, Submission, Visit, page, see_other};
use crate::op::{House, Op, OpError};
use crate::session::SignedIn;

/// The address of the page.
const HERE: &str = "/account/applications";

#[derive(Debug, askama::Template)]
#[template(path = "oauth/applications.html")]
struct Template {
    frame: Frame,
    applications: Vec<Application>,
}

#[derive(Debug)]
struct Application {
    client_id: String,
    name: String,
    since: String,
    /// Title and purpose of each.
    scopes: Vec<(String, String)>,
}

/// `GET /account/applications`.
pub(super) async fn list(signed_in: SignedIn, State(house): State<Arc<House>>, visit: Visit) -> Response {
    let mut op = act(&house, &signed_in, &visit.seen);
    match given(&mut op, &signed_in, &visit).await {
        Ok(applications) => {
            let frame = visit.frame("applications-title");
            page(StatusCode::OK, &Template { frame, applications })
        }
        Err(fault) => visit.fault_page(&fault),
    }
}

fn act(house: &Arc<House>, signed_in: &SignedIn, seen: &Seen) -> Op {
    Op::new(house, signed_in.actor(), seen.clone())
}

async fn given(op: &mut Op, signed_in: &SignedIn, visit: &Visit) -> Result<Vec<Application>, OpError> {
    let mut applications = Vec::new();
    for one in consent::given_by(op, signed_in.0.person_id).await? {
        let client = client::find(op, &one.client_id).await?;
        let apis = match &client {
            Some(client) => resource::applications(op, client).await?,
            None => Vec::new(),
        };
        let name = client.map_or_else(|| one.client_id.to_string(), |client| client.name.clone());
        let scopes = [
            wording::of_openid(&visit.text, &one.scopes),
            apis.iter()
                .flat_map(|api| wording::of_application(api, &one.scopes))
                .collect(),
            wording::of_nobody(&apis, &one.scopes),
            details::told(op, &one.details, visit.text.language()).await?,
        ];
        // The day is enough, and reads the same in every language.
        let since: String = one.given_at.to_string().chars().take(10).collect();
        applications.push(Application {
            client_id: one.client_id.to_string(),
            name,
            since: visit.text.get_with("applications-since", "date", &since),
            scopes: scopes.concat(),
        });
    }
    Ok(applications)
}

/// `POST /account/applications`: takes back what one client was given. A second submission finds nothing and ends on the
/// same page.
pub(super) async fn withdraw(
    signed_in: SignedIn,
    State(house): State<Arc<House>>,
    Submission { visit, form }: Submission,
) -> Response {
    let Some(client) = form.get("client").and_then(|text| ClientId::parse(text).ok()) else {
        return visit.status_page(StatusCode::BAD_REQUEST);
    };
    let mut op = act(&house, &signed_in, &visit.seen);
    let withdrawn = match consent::withdraw(&mut op, signed_in.0.person_id, &client).await {
        Ok(_) => op.commit().await,
        Err(fault) => Err(fault),
    };
    match withdrawn {
        Ok(()) => see_other(HERE),
        Err(fault) => visit.fault_page(&fault),
    }
}
