//! Passes: asked for, issued, listed, taken back.

use std::time::Duration;

use serde::Serialize;

use super::{address, reset, store};
use crate::domain::{
    Digest32, EventKind, OrganisationId, PassId, PassPurpose, PassState, PersonId, Secret, Subject,
    Timestamp, Token, Username, rfc3339,
};
use crate::http::minute;
use crate::mail::{self, Block, Happened, Letter, Recipient};
use crate::op::{EventDraft, Op, OpError};
use crate::person::{self, Person};

/// How long a pass waits for a second administrator.
const WAITS: Duration = Duration::from_hours(24);

/// How long passes can be looked at after their end.
const KEEP: Duration = Duration::from_hours(30 * 24);

/// Most passes in a list.
const PAGE: i64 = 200;

/// An enrolment pass as it is known here: its token is not.
#[derive(Debug, Clone)]
pub struct Pass {
    pub id: PassId,
    pub organisation: OrganisationId,
    pub person: PersonId,
    pub purpose: PassPurpose,
    pub reason: String,
    /// Who has asked for it: `operator`, or a person's id.
    pub asked_by: String,
    /// False while a second administrator has to agree.
    pub issued: bool,
    pub mailed: bool,
    /// Whether a second factor belongs to what is set with it.
    pub strong: bool,
    /// The browser that has begun to use it.
    pub(super) browser: Option<Digest32>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Pass {
    /// How far one is that is not over.
    #[must_use]
    pub const fn state(&self) -> PassState {
        match (self.issued, self.browser) {
            (false, _) => PassState::Waits,
            (true, None) => PassState::Issued,
            (true, Some(_)) => PassState::Begun,
        }
    }
}

/// A pass with whose it is, as programs read it.
#[derive(Debug, Serialize)]
pub struct Listed {
    pub id: PassId,
    pub person: PersonId,
    pub username: Username,
    pub name: String,
    pub purpose: PassPurpose,
    pub state: PassState,
    pub reason: String,
    pub asked_by: String,
    pub mailed: bool,
    #[serde(with = "rfc3339")]
    pub created_at: Timestamp,
    #[serde(with = "rfc3339")]
    pub expires_at: Timestamp,
}

/// How a pass comes to its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By mail to the address of the account: whoever issues it never sees it.
    Mail,
    /// Shown to whoever issues it, who hands it over.
    Shown,
}

/// A pass that somebody holds.
#[derive(Debug)]
pub struct Issued {
    pub pass: PassId,
    /// The address that it is, where it is shown.
    pub link: Option<Secret>,
    pub expires_at: Timestamp,
}

/// What came of asking for one.
#[derive(Debug)]
pub enum Asked {
    Issued(Issued),
    /// A second administrator has to agree.
    Waits(PassId),
}

/// Why there is no pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the account or its organisation may not sign in")]
    Account,
    #[error("no mail is sent here: set up [mail], or have the link shown")]
    NoMail,
    #[error("the account has no mail address: have the link shown")]
    NoAddress,
    #[error("a reason is needed, in at most 1000 characters")]
    Reason,
    #[error("a second administrator has to agree, not the one who has asked")]
    Same,
    #[error("there is no such pass, or it is over")]
    Gone,
}

/// A pass that waits: for its token, or for a second administrator. Those that the person had before end.
pub(super) async fn prepare(
    op: &mut Op,
    person: &Person,
    purpose: PassPurpose,
    reason: &str,
) -> Result<Pass, OpError> {
    end_of_person(op, person, "another pass takes its place").await?;
    // Whoever began with a pass that was not finished has no factors any more by which one could tell what the account had.
    let strong =
        person::is_held(op, person).await? && store::was_strong(op.reading().await?, person.id).await?;
    let pass = Pass {
        id: op.id(),
        organisation: person.organisation_id,
        person: person.id,
        purpose,
        reason: reason.trim().to_owned(),
        asked_by: op.actor.word(),
        issued: false,
        mailed: false,
        strong,
        browser: None,
        created_at: op.now,
        expires_at: op.now.plus(WAITS),
    };
    store::insert(op.writing().await?, &pass).await?;
    Ok(pass)
}

/// Whether a pass may be issued to a person in this way.
pub(super) async fn check(
    op: &mut Op,
    person: &Person,
    delivery: Delivery,
) -> Result<Result<(), Refusal>, OpError> {
    let standing = person::may_sign_in(op, Subject::Person(person.id)).await?;
    // An account that is held is one that needs a pass.
    if !matches!(standing, Ok(_) | Err(person::Refusal::Held)) {
        return Ok(Err(Refusal::Account));
    }
    let by_mail = delivery == Delivery::Mail;
    if by_mail && !mail::is_on(&op.house) {
        return Ok(Err(Refusal::NoMail));
    }
    if by_mail && Recipient::of(op, person).is_none() {
        return Ok(Err(Refusal::NoAddress));
    }
    Ok(Ok(()))
}

/// Gives a pass its token, and the token to its person. The owner of an account that is recovered is told at once.
pub(super) async fn issue(
    op: &mut Op,
    person: &Person,
    pass: &Pass,
    delivery: Delivery,
) -> Result<Result<Issued, Refusal>, OpError> {
    let (token, now) = (op.token(), op.now);
    let signin = &op.house.config.signin;
    let life = match pass.purpose {
        PassPurpose::Invitation => signin.invitation_life,
        PassPurpose::Recovery => signin.recovery_life,
    };
    let (expires_at, mailed) = (now.plus(life), delivery == Delivery::Mail);
    let tx = op.writing().await?;
    if !store::issue(tx, pass.id, (&token.digest(), mailed), expires_at, now).await? {
        return Ok(Err(Refusal::Gone));
    }
    let link = link(op, &token);
    if let (Delivery::Mail, Some(to)) = (delivery, Recipient::of(op, person)) {
        let letter = letter(op, &to, (pass.purpose, expires_at), &link).await?;
        mail::queue(op, &to, &letter, Some(life)).await?;
    }
    if pass.purpose == PassPurpose::Recovery {
        mail::tell(op, person.id, &Happened::RecoveryBegun).await?;
    }
    let mut draft = drafted(EventKind::PassIssued, pass, &[("mailed", mailed.into())]);
    if op.actor.word() != pass.asked_by {
        draft = draft.detail("asked_by", pass.asked_by.as_str());
    }
    op.record(draft);
    Ok(Ok(Issued {
        pass: pass.id,
        link: (delivery == Delivery::Shown).then(|| Secret::new(link)),
        expires_at,
    }))
}

fn link(op: &Op, token: &Token) -> String {
    format!(
        "{}/enrol/{}",
        op.house.config.server.issuer_text(),
        token.expose()
    )
}

async fn letter(
    op: &mut Op,
    to: &Recipient,
    (purpose, expires_at): (PassPurpose, Timestamp),
    link: &str,
) -> Result<Letter, OpError> {
    let text = to.text();
    let found = person::find(op, to.person()).await?;
    let organisation = match &found {
        Some(person) => person::find_organisation(op, person.organisation_id).await?,
        None => None,
    };
    let organisation = organisation.map(|one| one.name.clone()).unwrap_or_default();
    let word = purpose.as_str();
    let say = |key: &str| text.get_with(&format!("enrol-{word}-{key}"), "organisation", &organisation);
    Ok(Letter {
        kind: word,
        subject: say("subject"),
        blocks: vec![
            Block::Say(say("mail")),
            Block::Facts(vec![(text.get("notice-account"), to.username().to_owned())]),
            Block::Link(say("link"), link.to_owned()),
            Block::Say(text.get_with(&format!("enrol-{word}-life"), "until", &minute(expires_at))),
        ],
    })
}

/// Puts a step of a pass on record.
pub(super) fn record(op: &mut Op, kind: EventKind, pass: &Pass, details: &[(&str, serde_json::Value)]) {
    op.record(drafted(kind, pass, details));
}

fn drafted(kind: EventKind, pass: &Pass, details: &[(&str, serde_json::Value)]) -> EventDraft {
    let draft = EventDraft::success(kind)
        .organisation(pass.organisation)
        .target("person", pass.person)
        .detail("pass", pass.id.to_string())
        .detail("purpose", pass.purpose.as_str());
    details
        .iter()
        .fold(draft, |draft, (name, value)| draft.detail(name, value.clone()))
}

/// Ends all passes of a person.
pub(super) async fn end_of_person(op: &mut Op, person: &Person, reason: &'static str) -> Result<(), OpError> {
    let now = op.now;
    for id in store::end_of_person(op.writing().await?, person.id, now).await? {
        op.record(
            EventDraft::success(EventKind::PassEnded)
                .because(reason)
                .organisation(person.organisation_id)
                .target("person", person.id)
                .detail("pass", id.to_string()),
        );
    }
    Ok(())
}

/// The pass of a person that is good, or waits for a second administrator.
pub async fn open_pass(op: &mut Op, person: &Person) -> Result<Option<Pass>, OpError> {
    let now = op.now;
    Ok(store::of_person(op.reading().await?, person.id, now).await?)
}

/// A pass of an organisation by its id, if it is good or waits for a second administrator.
pub async fn find_open(
    op: &mut Op,
    organisation: OrganisationId,
    id: PassId,
) -> Result<Option<Pass>, OpError> {
    let now = op.now;
    Ok(store::by_id(op.reading().await?, organisation, id, now).await?)
}

/// The passes of an organisation that are good, or wait for a second administrator; the newest first. Answers the id after which the next
/// page begins, where there may be more.
pub async fn list(
    op: &mut Op,
    organisation: OrganisationId,
    after: Option<PassId>,
) -> Result<(Vec<Listed>, Option<PassId>), OpError> {
    let now = op.now;
    let found = store::open(op.reading().await?, organisation, now, (after, PAGE)).await?;
    let is_full = i64::try_from(found.len()).is_ok_and(|length| length >= PAGE);
    let next = found.last().filter(|_| is_full).map(|pass| pass.id);
    let mut listed = Vec::new();
    for pass in found {
        let Some(person) = person::find_within(op, organisation, pass.person).await? else {
            continue;
        };
        listed.push(Listed {
            id: pass.id,
            person: person.id,
            username: person.username,
            name: person.name,
            purpose: pass.purpose,
            state: pass.state(),
            reason: pass.reason,
            asked_by: pass.asked_by,
            mailed: pass.mailed,
            created_at: pass.created_at,
            expires_at: pass.expires_at,
        });
    }
    Ok((listed, next))
}

/// Takes a pass of an organisation back; false if there is none, or it is over. What began with it does not come back: an account that is
/// held since then stays so until another one is issued.
pub async fn take_back(op: &mut Op, organisation: OrganisationId, id: PassId) -> Result<bool, OpError> {
    let now = op.now;
    let Some(pass) = store::by_id(op.reading().await?, organisation, id, now).await? else {
        return Ok(false);
    };
    let ended = store::end(op.writing().await?, id, now).await?;
    if ended {
        let state = [("state", pass.state().as_str().into())];
        let draft = drafted(EventKind::PassEnded, &pass, &state);
        op.record(draft.because("taken back"));
    }
    Ok(ended)
}

/// Forgets passes that ended a month ago, and codes that are too old; answers how many passes.
pub async fn sweep(op: &mut Op) -> Result<u64, OpError> {
    address::sweep(op).await?;
    reset::sweep(op).await?;
    let before = op.now.minus(KEEP);
    Ok(store::delete_before(op.writing().await?, before).await?)
}
