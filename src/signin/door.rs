//! The routes of a sign-in.

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State as Shared};
use axum::response::Response;
use http::HeaderMap;
use http::header::SET_COOKIE;

use super::attempt::Attempt;
use super::bound::{Bound, BoundInTurn};
use super::flow::{State, Step};
use super::page;
use super::proof::{Identified, PasswordProven};
use super::submit::{self, Input, Outcome};
use crate::domain::{Actor, ContinuationId, Secret};
use crate::factor::password;
use crate::http::{Public, Submission, Visit, device, see_other};
use crate::op::{House, Op, OpError};
use crate::session::continuation::{self, Continuation, NewContinuation};
use crate::session::requirement;
use crate::session::{start_cookie, state_cookie};

/// `GET /signin`: a sign-in for its own sake, which ends at the house's own first page.
pub(super) async fn begin(_: Public, Shared(house): Shared<Arc<House>>, visit: Visit) -> Response {
    let mut op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    let new = NewContinuation {
        return_to: "/",
        ..NewContinuation::default()
    };
    op.relax();
    let opened = continuation::open(&mut op, &visit.browser, new).await;
    match op.conclude(opened).await {
        Ok(opened) => see_other(&format!("/signin/{}", opened.id)),
        Err(fault) => visit.fault_page(&fault),
    }
}

/// `GET /signin/{id}`: the page of the step at hand.
pub(super) async fn show(
    Bound(found): Bound,
    Shared(house): Shared<Arc<House>>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    arrive(op, found, &visit, &headers, false)
        .await
        .unwrap_or_else(|fault| visit.fault_page(&fault))
}

/// `GET /signin/{id}/recovery`: the page for a recovery code, in place of an authenticator's.
pub(super) async fn show_recovery(
    Bound(found): Bound,
    Shared(house): Shared<Arc<House>>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let op = Op::new(&house, Actor::Anonymous, visit.seen.clone());
    arrive(op, found, &visit, &headers, true)
        .await
        .unwrap_or_else(|fault| visit.fault_page(&fault))
}

/// Skips what the session of this browser has proven already, then shows what is left.
async fn arrive(
    mut op: Op,
    found: Continuation,
    visit: &Visit,
    headers: &HeaderMap,
    by_recovery: bool,
) -> Result<Response, OpError> {
    let id = found.id;
    let mut attempt = Attempt::load(&mut op, found, headers).await?;
    let mut stepped_up = false;
    if let Some(session) = attempt.session.clone().filter(|_| !attempt.fresh) {
        let (asked, aim) = (&attempt.continuation.required, attempt.continuation.aim());
        let required = requirement::for_request(&mut op, session.person_id, asked, aim).await?;
        if requirement::met(&session, &required, op.now) {
            continuation::prove(&mut op, id, &session).await?;
            op.commit().await?;
            return Ok(see_other(&attempt.continuation.way_back()));
        }
        let recent = required.is_recent(session.strength.authenticated_at, op.now);
        // A page of ours that asks its own person for a fresh proof does not ask for the name.
        let again = required.person.is_some() && attempt.continuation.client_id.is_none();
        if (recent || again)
            && required.means(session.person_id)
            && attempt.state == State::Start
            && let Some(who) = Identified::by_session(&mut op, &session).await?
        {
            let named = State::Start.named(who);
            attempt.state = if recent {
                named.known(PasswordProven::by_session(&session))
            } else {
                named
            };
            stepped_up = true;
        }
    }
    let mut step = attempt.step(&mut op).await?;
    if matches!(step, Step::EnrolPasskey | Step::EnrolTotp) {
        attempt.forget_old_session(&op);
        step = attempt.step(&mut op).await?;
    }
    if stepped_up || step == Step::Complete {
        let house = Arc::clone(&op.house);
        return Ok(match submit::advance(op, attempt).await? {
            Outcome::Completed(token, to) => completed(&house, &token, &to),
            Outcome::Go | Outcome::Limited(_) => see_other(&format!("/signin/{id}")),
        });
    }
    if by_recovery && !matches!(step, Step::SecondFactor { recovery: true, .. }) {
        return Ok(see_other(&format!("/signin/{id}")));
    }
    page::render(&mut op, visit, &attempt, step, by_recovery).await
}

fn completed(house: &House, token: &crate::domain::Token, to: &str) -> Response {
    let mut response = see_other(to);
    let cookie = start_cookie(house, token);
    response.headers_mut().append(SET_COOKIE, cookie);
    if let Some(cookie) = state_cookie(house, token) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Where a step leads to.
pub(super) fn led(house: &House, visit: &Visit, id: ContinuationId, outcome: Outcome) -> Response {
    match outcome {
        Outcome::Go => see_other(&format!("/signin/{id}")),
        Outcome::Completed(token, to) => completed(house, &token, &to),
        Outcome::Limited(wait) => visit.limited_page(wait),
    }
}

/// A form that was sent from the page of a step.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) house: Arc<House>,
    pub(super) headers: HeaderMap,
    pub(super) submission: Submission,
}

impl FromRequest<Arc<House>> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Response> {
        let headers = request.headers().clone();
        let submission = Submission::from_request(request, house).await?;
        Ok(Self {
            house: Arc::clone(house),
            headers,
            submission,
        })
    }
}

impl Sent {
    fn field(&self, name: &str) -> String {
        self.submission.form.get(name).unwrap_or_default().to_owned()
    }

    /// Takes the step and shows where it leads to.
    async fn take(self, found: Continuation, input: Input) -> Response {
        let by_recovery = matches!(input, Input::RecoveryCode(_));
        let id = found.id;
        let Submission { visit, form } = &self.submission;
        let mut op = Op::new(&self.house, Actor::Anonymous, visit.seen.clone());
        let outcome = match Attempt::load(&mut op, found, &self.headers).await {
            Ok(attempt) => {
                let taken = submit::submit(
                    op,
                    attempt,
                    (form.get("revision"), form.get("trust") == Some("yes")),
                    input,
                );
                // Of the size of all that a form can lead to.
                Box::pin(taken).await
            }
            Err(fault) => Err(fault),
        };
        match outcome {
            Ok(Outcome::Go) if by_recovery => see_other(&format!("/signin/{id}/recovery")),
            Ok(outcome) => led(&self.house, visit, id, outcome),
            Err(fault) => visit.fault_page(&fault),
        }
    }
}

/// `POST /signin/{id}/identify`, field `username`.
pub(super) async fn identify(Bound(found): Bound, sent: Sent) -> Response {
    let input = Input::Username(sent.field("username"));
    sent.take(found, input).await
}

/// `POST /signin/{id}/password`, fields `password` and `passkeys`, in which a script of ours says `yes` where the browser could make
/// a passkey.
pub(super) async fn password(BoundInTurn(found): BoundInTurn, sent: Sent) -> Response {
    let place = match password::place(&sent.house) {
        Ok(place) => place,
        Err(fault) => return sent.submission.visit.fault_page(&fault),
    };
    let able = sent.field("passkeys") == "yes";
    let input = Input::Password(Secret::new(sent.field("password")), able, place);
    sent.take(found, input).await
}

/// `POST /signin/{id}/totp`, field `code`.
pub(super) async fn totp(Bound(found): Bound, sent: Sent) -> Response {
    let input = Input::Totp(sent.field("code"));
    sent.take(found, input).await
}

/// `POST /signin/{id}/passkey`, field `answer`: what the browser's passkey has signed, as JSON.
pub(super) async fn passkey(Bound(found): Bound, sent: Sent) -> Response {
    let input = Input::Passkey(sent.field("answer"));
    sent.take(found, input).await
}

/// `POST /signin/{id}/recovery`, field `code`.
pub(super) async fn recovery(Bound(found): Bound, sent: Sent) -> Response {
    let input = Input::RecoveryCode(sent.field("code"));
    sent.take(found, input).await
}

/// `POST /signin/{id}/enrol`, field `code`: the first code of a new authenticator.
pub(super) async fn enrol(Bound(found): Bound, sent: Sent) -> Response {
    let input = Input::EnrolmentCode(sent.field("code"));
    sent.take(found, input).await
}

/// `POST /signin/{id}/new-passkey`, field `answer`: what the browser has made, as JSON. It is called like the browser.
pub(super) async fn new_passkey(Bound(found): Bound, sent: Sent) -> Response {
    let visit = &sent.submission.visit;
    let name = device(&visit.text, visit.seen.user_agent.as_deref());
    let input = Input::NewPasskey(sent.field("answer"), name);
    sent.take(found, input).await
}

/// `POST /signin/{id}/not-now`: no passkey, and no question for some time in this browser.
pub(super) async fn not_now(Bound(found): Bound, sent: Sent) -> Response {
    let visit = &sent.submission.visit;
    let mut op = Op::new(&sent.house, Actor::Anonymous, visit.seen.clone());
    let refusal = match Attempt::load(&mut op, found.clone(), &sent.headers).await {
        Ok(attempt) => attempt.refusal(&op),
        Err(fault) => return visit.fault_page(&fault),
    };
    drop(op);
    let mut response = sent.take(found, Input::NotNow).await;
    if let Some(refusal) = refusal {
        response.headers_mut().append(SET_COOKIE, refusal);
    }
    response
}

/// `POST /signin/{id}/recovery-codes`: the codes are kept, or it is known how many are left.
pub(super) async fn told(Bound(found): Bound, sent: Sent) -> Response {
    sent.take(found, Input::Told).await
}

/// `POST /signin/{id}/restart`: "not you?".
pub(super) async fn restart(Bound(found): Bound, sent: Sent) -> Response {
    sent.take(found, Input::Restart).await
}
