//! An event as a sentence.

use super::told::{Entry, Named, Told};
use crate::domain::EventKind;

/// How the name of someone or something is found: its kind (`person`, `client`, …) and id; none leaves the id.
pub type Names<'names> = dyn Fn(&str, &str) -> Option<String> + 'names;

/// One line in English that tells an event, as in "10:02:13 maria@northbeam.example signed in with password and one-time
/// code at Feedback desk from 127.0.0.1". The time is UTC. Control characters that a stranger sent are not repeated.
#[must_use]
pub fn describe(entry: &Entry, names: &Names<'_>) -> String {
    let told = &entry.event;
    let mut line = clock(told);
    line.push(' ');
    line.push_str(&who(told, names));
    line.push(' ');
    line.push_str(&what(told, names));
    if let Some(client) = told
        .client
        .as_deref()
        .filter(|id| !is(&told.actor, "client", id) && !targets(told, "client", id))
    {
        line.push_str(" at ");
        line.push_str(&name("client", client, names));
    }
    if let Some(address) = &told.address {
        line.push_str(" from ");
        line.push_str(address);
    }
    if let Some(reason) = &told.reason {
        line.push_str(": ");
        line.push_str(reason);
    }
    line.chars().filter(|c| !c.is_control()).collect()
}

/// Hours, minutes and seconds, out of RFC 3339.
fn clock(told: &Told) -> String {
    let text = told.at.to_string();
    let time = text.split_once('T').and_then(|(_, time)| time.get(..8));
    time.unwrap_or(&text).to_owned()
}

fn is(named: &Named, kind: &str, id: &str) -> bool {
    named.kind == kind && named.id.as_deref() == Some(id)
}

fn targets(told: &Told, kind: &str, id: &str) -> bool {
    told.target.as_ref().is_some_and(|target| is(target, kind, id))
}

fn name(kind: &str, id: &str, names: &Names<'_>) -> String {
    names(kind, id).unwrap_or_else(|| id.to_owned())
}

fn who(told: &Told, names: &Names<'_>) -> String {
    let mut who = match (told.actor.kind.as_str(), &told.actor.id) {
        ("operator", _) => "the operator".to_owned(),
        ("system", _) => "the server".to_owned(),
        ("anonymous", _) | (_, None) => "someone".to_owned(),
        (kind, Some(id)) => name(kind, id, names),
    };
    if let Some(person) = told
        .on_behalf_of
        .as_deref()
        .filter(|id| !is(&told.actor, "person", id))
    {
        who.push_str(" for ");
        who.push_str(&name("person", person, names));
    }
    who
}

/// The words for what was done and for what was refused, and whether the target is said after them.
fn phrase(kind: EventKind) -> (&'static str, &'static str, bool) {
    use EventKind as K;
    match kind {
        K::SignInIdentified => (
            "named an account to sign in with",
            "named no account that may sign in",
            false,
        ),
        K::SignInPassword => ("gave the right password", "gave a wrong password", true),
        K::SignInTotp => ("gave the right one-time code", "gave a wrong one-time code", true),
        K::SignInRecoveryCode => ("used a recovery code", "gave a wrong recovery code", true),
        K::SignInPasskey => ("used a passkey", "could not use a passkey", true),
        K::SignInCompleted => ("signed in", "could not sign in", false),
        K::SignInRefused => ("was not let in", "was not let in", true),
        K::SignInThrottled => (
            "gave the last wrong answer before strangers had to wait at",
            "gave a wrong answer at",
            true,
        ),
        K::SessionEnded => ("ended the session of", "could not end the session of", true),
        K::ConsentGiven => ("gave consent", "could not give consent", false),
        K::ConsentRefused => ("refused consent", "refused consent", false),
        K::ConsentWithdrawn => (
            "withdrew the consent to",
            "could not withdraw the consent to",
            true,
        ),
        K::AuthorizationRequested => ("asked for authorization", "was refused authorization", false),
        K::AuthorizationPushed => (
            "pushed an authorization request",
            "could not push an authorization request",
            false,
        ),
        K::CodeIssued => (
            "was given an authorization code",
            "was refused an authorization code",
            false,
        ),
        K::TokenIssued => ("was given tokens", "was refused tokens", false),
        K::TokenRefreshed => ("refreshed tokens", "could not refresh tokens", false),
        K::TokenRefused => ("was refused tokens", "was refused tokens", false),
        K::TokenRevoked => ("revoked tokens", "could not revoke tokens", false),
        K::ClientAuthenticationFailed => ("authenticated as", "could not authenticate as", true),
        K::DecisionMade => ("was allowed access to", "was denied access to", true),
        K::ServerStarted => ("started", "could not start", false),
        other => of_account(other),
    }
}

/// The words for what guards an account, and for what is known of it.
fn of_account(kind: EventKind) -> (&'static str, &'static str, bool) {
    use EventKind as K;
    match kind {
        K::TotpEnrolled => (
            "enrolled an authenticator for",
            "could not enrol an authenticator for",
            true,
        ),
        K::TotpRenamed => (
            "renamed an authenticator of",
            "could not rename an authenticator of",
            true,
        ),
        K::TotpRemoved => (
            "removed an authenticator of",
            "could not remove an authenticator of",
            true,
        ),
        K::PasskeyEnrolled => ("added a passkey to", "could not add a passkey to", true),
        K::PasskeyRenamed => ("renamed a passkey of", "could not rename a passkey of", true),
        K::PasskeyCounterFell => (
            "saw the counter of a passkey go back of",
            "used a passkey whose counter went back, of",
            true,
        ),
        K::PasskeyRemoved => ("removed a passkey of", "could not remove a passkey of", true),
        K::PasskeyPolicyChanged => (
            "changed which passkeys may be added in",
            "could not change which passkeys may be added in",
            true,
        ),
        K::RecoveryRuleChanged => (
            "changed whose recovery needs two administrators in",
            "could not change whose recovery needs two administrators in",
            true,
        ),
        K::RecoveryCodesMade => (
            "made new recovery codes for",
            "could not make recovery codes for",
            true,
        ),
        K::PasswordSet => ("set the password of", "could not set the password of", true),
        K::FactorUnlocked => ("ended the lock of", "could not end the lock of", true),
        K::PasswordRemoved => ("ended the password of", "could not end the password of", true),
        K::NotMe => (
            "said that it was somebody else at the account of",
            "could not say that it was somebody else at the account of",
            true,
        ),
        other => of_way_back(other),
    }
}

/// The words for how people come to their account, and back to it.
fn of_way_back(kind: EventKind) -> (&'static str, &'static str, bool) {
    use EventKind as K;
    match kind {
        K::PassAsked => (
            "asked for an enrolment pass for",
            "could not ask for an enrolment pass for",
            true,
        ),
        K::PassIssued => (
            "issued an enrolment pass to",
            "could not issue an enrolment pass to",
            true,
        ),
        K::PassUsed => (
            "used the enrolment pass of",
            "could not use the enrolment pass of",
            true,
        ),
        K::PassEnded => (
            "ended the enrolment pass of",
            "could not end the enrolment pass of",
            true,
        ),
        K::PasswordReset => (
            "took a step to set the forgotten password of",
            "could not take a step to set the forgotten password of",
            true,
        ),
        K::AddressCodeSent => (
            "had a code sent that proves the e-mail address of",
            "could not have a code sent that proves the e-mail address of",
            true,
        ),
        K::AddressProven => (
            "proved the e-mail address of",
            "could not prove the e-mail address of",
            true,
        ),
        K::DataTaken => (
            "took a copy of what is known of",
            "could not take a copy of what is known of",
            true,
        ),
        K::DeviceTrusted => (
            "asked not to be asked on this device for a while:",
            "could not trust a device of",
            true,
        ),
        K::DevicesDistrusted => (
            "ended trust in devices of",
            "could not end trust in devices of",
            true,
        ),
        other => changed(other),
    }
}

/// The words for acts of administration.
fn changed(kind: EventKind) -> (&'static str, &'static str, bool) {
    use EventKind as K;
    match kind {
        K::OrganisationCreated
        | K::PersonCreated
        | K::ServiceAccountCreated
        | K::GroupCreated
        | K::RoleCreated
        | K::ApplicationCreated
        | K::ClientCreated
        | K::RegistrationTokenCreated
        | K::KeyCreated => ("created", "could not create", true),
        K::MembershipChanged => (
            "changed the membership of",
            "could not change the membership of",
            true,
        ),
        K::PersonTokensRevoked => (
            "revoked all sessions and tokens of",
            "could not revoke all sessions and tokens of",
            true,
        ),
        K::ClientTokensRevoked => (
            "revoked all tokens given to",
            "could not revoke all tokens given to",
            true,
        ),
        K::GrantCreated => ("gave access:", "could not give access:", true),
        K::GrantEnded => ("ended access:", "could not end access:", true),
        K::KeyRotated => ("replaced", "could not replace", true),
        K::KeyRevoked | K::RegistrationTokenRevoked => ("revoked", "could not revoke", true),
        K::ClientRegistration => ("registered a client", "could not register a client", false),
        K::LogoutTold => (
            "told of the end of a session",
            "could not tell of the end of a session",
            false,
        ),
        K::RequestTold => (
            "told an application of an answer",
            "could not tell an application of an answer",
            false,
        ),
        K::UserCodeChanged => (
            "changed the code without which no application asks",
            "could not change the code without which no application asks",
            false,
        ),
        K::MailSent => ("sent a mail to", "could not send a mail to", true),
        K::JobGivenUp => ("gave up", "gave up", true),
        K::JobRetried => ("started again", "could not start again", true),
        K::IssuerTrusted => (
            "let the organisation trust",
            "could not let the organisation trust",
            true,
        ),
        K::IssuerRemoved => ("ended the trust in", "could not end the trust in", true),
        K::SetUpLinkMade => ("made a set-up link", "could not make a set-up link", false),
        K::SetUpCompleted => ("completed the set-up", "could not complete the set-up", false),
        other => of_rules(other),
    }
}

/// The words for acts of administration that began with the rules of sign-in.
fn of_rules(kind: EventKind) -> (&'static str, &'static str, bool) {
    use EventKind as K;
    match kind {
        K::AdministrationRefused => ("was let administer", "was not let administer", false),
        K::RuleAdded => ("drafted", "could not draft", true),
        K::RuleRemoved => ("removed", "could not remove", true),
        K::RuleExceptionGiven => (
            "made an exception for a while from",
            "could not make an exception from",
            true,
        ),
        K::RuleExceptionEnded => ("ended an exception from", "could not end an exception from", true),
        K::RollOutCalled => ("asked for reminders of", "could not ask for reminders of", true),
        K::RollOutReminded => ("reminded people of", "could not remind people of", true),
        K::RulesReplayed => (
            "replayed the rules of sign-in over what people did",
            "could not replay the rules of sign-in",
            false,
        ),
        K::BreakGlassMarked => (
            "marked as an account for emergencies:",
            "could not mark as an account for emergencies:",
            true,
        ),
        K::BreakGlassUnmarked => (
            "ended the mark of an account for emergencies:",
            "could not end the mark of an account for emergencies:",
            true,
        ),
        K::BreakGlassUsed => (
            "used the account for emergencies",
            "could not use the account for emergencies",
            true,
        ),
        K::BreakGlassReviewed => (
            "reviewed a use of the account for emergencies",
            "could not review a use of the account for emergencies",
            true,
        ),
        _ => ("changed", "could not change", true),
    }
}

fn what(told: &Told, names: &Names<'_>) -> String {
    let Some(kind) = told.kind() else {
        return format!("{} ({})", told.kind, told.outcome);
    };
    let (done, refused, says_target) = phrase(kind);
    let mut what = if told.succeeded() { done } else { refused }.to_owned();
    if let Some(with) = methods(told).filter(|_| kind == EventKind::SignInCompleted) {
        what.push_str(" with ");
        what.push_str(&with);
    }
    if let Some(target) = told.target.as_ref().filter(|_| says_target) {
        say_target(&mut what, told, target, names);
    }
    if let Some(scope) = told
        .details
        .get("scope")
        .and_then(|scope| scope.as_str())
        .filter(|scope| !scope.is_empty())
    {
        what.push_str(" (");
        what.push_str(scope);
        what.push(')');
    }
    what
}

fn say_target(what: &mut String, told: &Told, target: &Named, names: &Names<'_>) {
    let id = target.id.as_deref().unwrap_or_default();
    let themselves = is(&told.actor, &target.kind, id);
    // "gave a wrong password" needs no object; of someone else's account it is said whose.
    let takes_object = !matches!(
        told.kind(),
        Some(
            EventKind::SignInPassword
                | EventKind::SignInTotp
                | EventKind::SignInRecoveryCode
                | EventKind::SignInPasskey
                | EventKind::SignInRefused
        )
    );
    match (themselves, takes_object) {
        (true, true) => what.push_str(" their own account"),
        (true, false) => (),
        (false, takes_object) => {
            what.push_str(if takes_object { " " } else { " for " });
            if target.kind != "person" {
                what.push_str(&target.kind.replace('_', " "));
                what.push(' ');
            }
            what.push_str(&name(&target.kind, id, names));
        }
    }
}

/// The methods of authentication (`amr`, RFC 8176) in words.
fn methods(told: &Told) -> Option<String> {
    let amr = told.details.get("amr")?;
    let words: Vec<&str> = match amr {
        serde_json::Value::Array(words) => words.iter().filter_map(|word| word.as_str()).collect(),
        serde_json::Value::String(words) => words.split_whitespace().collect(),
        _ => return None,
    };
    let words: Vec<&str> = words.into_iter().filter_map(method).collect();
    (!words.is_empty()).then(|| words.join(" and "))
}

fn method(word: &str) -> Option<&str> {
    match word {
        "pwd" => Some("password"),
        "otp" => Some("one-time code"),
        // That there was more than one is seen from the list itself, and that somebody was there goes without saying.
        "mfa" | "user" => None,
        "hwk" | "swk" => Some("passkey"),
        "kba" | "recovery" | "recovery_code" => Some("recovery code"),
        other => Some(other),
    }
}
