//! The words for each kind of event.
//!
//! They follow the name of whoever acted, and have places for what the event tells: `{}` is what was acted upon, `{other}` the same unless it
//! is whoever acted, `{person}` for whom, `{client}` at which client; other words are found by [`super::describe()`] or are details of the
//! event. A part in brackets is left out where its place stays empty.

use crate::domain::EventKind;

/// How a kind of event is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    pub(super) done: &'static str,
    pub(super) refused: &'static str,
    /// What stands for a target that is not there.
    pub(super) unknown: &'static str,
}

impl Phrase {
    /// Of a kind that this version does not know.
    pub(super) const UNKNOWN: Self = Self::new(
        "did something that this version does not know: {kind} ({outcome})",
        "",
    )
    .again();

    const fn new(done: &'static str, refused: &'static str) -> Self {
        Self {
            done,
            refused,
            unknown: "something",
        }
    }

    /// Of what happens to an account.
    const fn of(done: &'static str, refused: &'static str) -> Self {
        Self {
            done,
            refused,
            unknown: "an account that nobody has",
        }
    }

    /// Where the same words tell both.
    const fn again(self) -> Self {
        Self {
            refused: self.done,
            ..self
        }
    }
}

/// How a step towards a forgotten password is told, by its name; the last one as its kind is.
pub(super) fn step_of_reset(step: &str) -> Option<Phrase> {
    Some(match step {
        "asked" => Phrase::of(
            "asked for a code to set the forgotten password of {} anew",
            "asked in vain for a code to set the forgotten password of {} anew",
        ),
        "code" => Phrase::of(
            "sent a code for the forgotten password of {}",
            "sent no code for the forgotten password of {}",
        ),
        "mail" => Phrase::of(
            "entered the code that was sent for the forgotten password of {}",
            "entered no right code for the forgotten password of {}",
        ),
        "second_factor" => Phrase::of(
            "showed a second factor[ ({means})] for the forgotten password of {}",
            "showed no right second factor[ ({means})] for the forgotten password of {}",
        ),
        _ => return None,
    })
}

/// How a kind of event is told: first what belongs to signing in.
pub(super) const fn phrase(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::SignInIdentified => Phrase::of("began to sign in as {}", "named no account that may sign in"),
        K::SignInPassword => Phrase::of(
            "gave the right password",
            "tried a password in vain[ for {other}]",
        ),
        K::SignInTotp => Phrase::of(
            "gave the right one-time code",
            "tried a one-time code in vain[ for {other}]",
        ),
        K::SignInRecoveryCode => Phrase::of(
            "used a recovery code",
            "tried a recovery code in vain[ for {other}]",
        ),
        K::SignInPasskey => Phrase::of("used a passkey", "could not use a passkey[ for {other}]"),
        K::SignInCompleted => Phrase::of("signed in[ with {methods}]", "could not sign in"),
        K::SignInRefused => Phrase::of("was let in", "was not let in"),
        K::SignInThrottled => Phrase::new(
            "gave the last wrong answer before strangers had to wait at {}",
            "gave a wrong answer at {}",
        ),
        K::SessionEnded => Phrase::of(
            "ended a session[ of {other}]",
            "could not end a session[ of {other}]",
        ),
        K::AdministrationRefused => Phrase::new(
            "was let administer[ ({right})]",
            "was not let administer[ {}][ the account of {account}][ ({right})]",
        ),
        K::ServerStarted => Phrase::new("started", "could not start"),
        other => of_applications(other),
    }
}

/// What applications are given.
const fn of_applications(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::ConsentGiven => Phrase::new("gave consent[ ({scope})]", "could not give consent"),
        K::ConsentRefused => Phrase::new("refused consent[ ({scope})]", "").again(),
        K::ConsentWithdrawn => Phrase::new(
            "withdrew the consent[ of {person}] to {}",
            "could not withdraw the consent[ of {person}] to {}",
        ),
        K::AuthorizationRequested => Phrase::new(
            "asked for authorization[ ({scope})][ for {person}]",
            "was refused authorization[ for {person}]",
        ),
        K::AuthorizationPushed => Phrase::new(
            "pushed an authorization request",
            "could not push an authorization request",
        ),
        K::CodeIssued => Phrase::new(
            "was given an authorization code[ ({scope})]",
            "was refused an authorization code",
        ),
        K::TokenIssued => Phrase::new(
            "was given tokens[ ({scope})][ for {person}]",
            "was refused tokens[ for {person}]",
        ),
        K::TokenRefreshed => Phrase::new(
            "refreshed tokens[ ({scope})][ for {person}]",
            "could not refresh tokens[ for {person}]",
        ),
        K::TokenRefused => Phrase::new("was refused tokens[ for {person}]", "").again(),
        K::TokenRevoked => Phrase::new(
            "revoked tokens[ of {person}]",
            "could not revoke tokens[ of {person}]",
        ),
        K::PersonTokensRevoked => Phrase::of(
            "revoked all sessions and tokens of {}",
            "could not revoke all sessions and tokens of {}",
        ),
        K::ClientTokensRevoked => Phrase::new(
            "revoked all tokens given to {}",
            "could not revoke all tokens given to {}",
        ),
        K::ClientAuthenticationFailed => Phrase::new(
            "authenticated[ as {other}]",
            "could not authenticate[ as {other}]",
        ),
        K::DecisionMade => Phrase::new(
            "was allowed {action} of {}[ to {subject}]",
            "was denied {action} of {}[ to {subject}]",
        ),
        K::LogoutTold => Phrase::new(
            "told {client} of the end of a session[ of {person}]",
            "could not tell {client} of the end of a session[ of {person}]",
        ),
        K::RequestTold => Phrase::new(
            "told {client} of an answer[ of {person}]",
            "could not tell {client} of an answer[ of {person}]",
        ),
        other => of_account(other),
    }
}

/// What guards an account, and what is known of it.
const fn of_account(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::TotpEnrolled => Phrase::of(
            "enrolled an authenticator for {}",
            "could not enrol an authenticator for {}",
        ),
        K::TotpRenamed => Phrase::of(
            "renamed an authenticator of {}",
            "could not rename an authenticator of {}",
        ),
        K::TotpRemoved => Phrase::of(
            "removed an authenticator of {}",
            "could not remove an authenticator of {}",
        ),
        K::PasskeyEnrolled => Phrase::of("added a passkey to {}", "could not add a passkey to {}"),
        K::PasskeyRenamed => Phrase::of("renamed a passkey of {}", "could not rename a passkey of {}"),
        K::PasskeyRemoved => Phrase::of("removed a passkey of {}", "could not remove a passkey of {}"),
        K::PasskeyCounterFell => Phrase::of("used a passkey of {} whose counter went back", "").again(),
        K::PasskeyPolicyChanged => Phrase::new(
            "changed which passkeys may be added in {}",
            "could not change which passkeys may be added in {}",
        ),
        K::RecoveryCodesMade => Phrase::of(
            "made new recovery codes for {}",
            "could not make recovery codes for {}",
        ),
        K::PasswordSet => Phrase::of("set the password of {}", "could not set the password of {}"),
        K::PasswordRemoved => Phrase::of("ended the password of {}", "could not end the password of {}"),
        K::FactorLocked => Phrase::of("locked {} by wrong guesses[ ({factor})][ until {until}]", "").again(),
        K::FactorUnlocked => Phrase::of(
            "ended the lock of {}[ ({factors})]",
            "could not end the lock of {}",
        ),
        K::DataTaken => Phrase::of(
            "took a copy of what is known of {}",
            "could not take a copy of what is known of {}",
        ),
        K::DeviceTrusted => Phrase::of(
            "trusted a device[ for {other}]",
            "could not trust a device[ for {other}]",
        ),
        K::DevicesDistrusted => Phrase::of(
            "ended trust in devices of {}",
            "could not end trust in devices of {}",
        ),
        other => of_way_back(other),
    }
}

/// How people come to their account, and back to it.
const fn of_way_back(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::PassAsked => Phrase::of(
            "asked for an enrolment pass for {}[: {why}]",
            "could not ask for an enrolment pass for {}",
        ),
        K::PassIssued => Phrase::of(
            "issued an enrolment pass to {}[ ({purpose})][, as {asker} had asked]",
            "could not issue an enrolment pass to {}",
        ),
        K::PassUsed => Phrase::of(
            "used the enrolment pass of {}[ ({step})]",
            "could not use the enrolment pass of {}",
        ),
        K::PassEnded => Phrase::of(
            "ended the enrolment pass of {}",
            "could not end the enrolment pass of {}",
        ),
        K::PasswordReset => Phrase::of(
            "set the forgotten password of {} anew",
            "could not set the forgotten password of {} anew",
        ),
        K::NotMe => Phrase::of(
            "said that it was somebody else at the account of {}",
            "could not say that it was somebody else at the account of {}",
        ),
        K::AddressCodeSent => Phrase::of(
            "had a code sent that proves the e-mail address of {}",
            "could not have a code sent that proves the e-mail address of {}",
        ),
        K::AddressProven => Phrase::of(
            "proved the e-mail address of {}",
            "could not prove the e-mail address of {}",
        ),
        K::MailSent => Phrase::of(
            "sent a mail[ ({letter})] to {}",
            "could not send a mail[ ({letter})] to {}",
        ),
        K::RecoveryRuleChanged => Phrase::new(
            "changed whose recovery needs two administrators in {}[ (now {needs_two})]",
            "could not change whose recovery needs two administrators in {}",
        ),
        other => of_rules(other),
    }
}

/// Rules of sign-in, and accounts for emergencies.
const fn of_rules(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::RuleAdded => Phrase::new("drafted the rule {rule}", "could not draft the rule {rule}"),
        K::RuleChanged => Phrase::new(
            "changed the rule {rule}[ (now {mode})]",
            "could not change the rule {rule}",
        ),
        K::RuleRemoved => Phrase::new("removed the rule {rule}", "could not remove the rule {rule}"),
        K::RuleExceptionGiven => Phrase::new(
            "made an exception for a while from the rule {rule}",
            "could not make an exception from the rule {rule}",
        ),
        K::RuleExceptionEnded => Phrase::new(
            "ended an exception from the rule {rule}",
            "could not end an exception from the rule {rule}",
        ),
        K::RulesReplayed => Phrase::new(
            "replayed the rules of sign-in over what people did[ ({name})]",
            "could not replay the rules of sign-in",
        ),
        K::RollOutCalled => Phrase::new(
            "asked for reminders of the rule {rule}",
            "could not ask for reminders of the rule {rule}",
        ),
        K::RollOutReminded => Phrase::new(
            "reminded people of the rule {rule}[ ({people})]",
            "could not remind people of the rule {rule}",
        ),
        K::BreakGlassMarked => Phrase::of(
            "marked {} as an account for emergencies",
            "could not mark {} as an account for emergencies",
        ),
        K::BreakGlassUnmarked => Phrase::of(
            "ended the mark of {} as an account for emergencies",
            "could not end the mark of {} as an account for emergencies",
        ),
        K::BreakGlassUsed => Phrase::of(
            "used the account for emergencies[ {other}][ ({act})]",
            "could not use the account for emergencies[ {other}][ ({act})]",
        ),
        K::BreakGlassReviewed => Phrase::of(
            "reviewed a use of the account for emergencies {}",
            "could not review a use of the account for emergencies {}",
        ),
        other => of_policies(other),
    }
}

/// Policies, and the attributes that they read.
const fn of_policies(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::PolicyDrafted => Phrase::new(
            "drafted {}[ (version {version})]",
            "could not draft {}[ (version {version})]",
        ),
        K::PolicyChanged => Phrase::new(
            "changed the draft of {}[ (version {version})]",
            "could not change the draft of {}[ (version {version})]",
        ),
        K::PolicyTested => Phrase::new(
            "tested {}[ (version {version})]",
            "tested {}[ (version {version})], and it did not pass",
        ),
        K::PolicyActivated => Phrase::new(
            "put {} in force[ (version {version})]",
            "could not put {} in force[ (version {version})]",
        ),
        K::PolicyRetired => Phrase::new(
            "retired {}[ (version {version})]",
            "could not retire {}[ (version {version})]",
        ),
        K::AttributeDeclared => Phrase::new(
            "changed what is declared of {}",
            "could not change what is declared of {}",
        ),
        other => of_access(other),
    }
}

/// Who was given what, and what was asked about it.
const fn of_access(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::MembershipChanged => Phrase::new(
            "changed the membership of {member} in {}",
            "could not change the membership of {member} in {}",
        ),
        K::GrantCreated => Phrase::new(
            "gave {holder} the role {role}",
            "could not give {holder} the role {role}",
        ),
        K::GrantEnded => Phrase::new(
            "took the role {role} from {holder}",
            "could not take the role {role} from {holder}",
        ),
        K::DecisionExplained => Phrase::of(
            "asked why {action}[ of {resource}] is allowed or denied to {}",
            "could not ask why {action}[ of {resource}] is allowed or denied to {}",
        ),
        K::SubjectsSearched => Phrase::new(
            "asked who may {action}[ of {resource}]",
            "could not ask who may {action}[ of {resource}]",
        ),
        K::ActionsSearched => Phrase::of(
            "asked what {} may do[ with {resource}]",
            "could not ask what {} may do[ with {resource}]",
        ),
        K::ResourcesSearched => Phrase::of(
            "asked of which {resource_type} {action} is allowed to {}",
            "could not ask of which {resource_type} {action} is allowed to {}",
        ),
        K::ResourceRegistered => {
            Phrase::new("registered the resource {}", "could not register the resource {}")
        }
        K::ResourceRemoved => Phrase::new("removed the resource {}", "could not remove the resource {}"),
        K::FilterMade => Phrase::new(
            "was told which {} allow {action}[ to {subject}]",
            "was told that no {} allows {action}[ to {subject}]",
        ),
        _ => of_administration(kind),
    }
}

/// Other acts of administration, and of the server itself.
const fn of_administration(kind: EventKind) -> Phrase {
    use EventKind as K;
    match kind {
        K::KeyRotated => Phrase::new("replaced {}", "could not replace {}"),
        K::KeyRevoked | K::RegistrationTokenRevoked => Phrase::new("revoked {}", "could not revoke {}"),
        K::RegistrationTokenCreated => Phrase::new(
            "created the registration token {name}",
            "could not create a registration token",
        ),
        K::IssuerTrusted => Phrase::new(
            "let the organisation trust {}",
            "could not let the organisation trust {}",
        ),
        K::IssuerRemoved => Phrase::new("ended the trust in {}", "could not end the trust in {}"),
        K::UserCodeChanged => Phrase::new(
            "changed the code without which no application asks",
            "could not change the code without which no application asks",
        ),
        K::ClientRegistration => Phrase::new("registered a client", "could not register a client"),
        K::SetUpLinkMade => Phrase::new("made a set-up link", "could not make a set-up link"),
        K::SetUpCompleted => Phrase::new("completed the set-up", "could not complete the set-up"),
        K::JobGivenUp => Phrase::new("gave up {}[ ({name})]", "").again(),
        K::JobRetried => Phrase::new(
            "started {}[ ({name})] again",
            "could not start {}[ ({name})] again",
        ),
        K::OrganisationCreated
        | K::PersonCreated
        | K::ServiceAccountCreated
        | K::GroupCreated
        | K::RoleCreated
        | K::ApplicationCreated
        | K::ClientCreated
        | K::KeyCreated => Phrase::new("created {}", "could not create {}"),
        K::RoleRemoved => Phrase::new("removed {}", "could not remove {}"),
        K::ApplicationRetired => Phrase::new("retired {}", "could not retire {}"),
        K::ApplicationRestored => Phrase::new("brought {} back", "could not bring {} back"),
        _ => Phrase::new("changed {}[ ({fields})]", "could not change {}"),
    }
}
