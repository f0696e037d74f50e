//! Why a command fails, and what to do about it.

use std::path::PathBuf;

use super::output;
use crate::access::{AccessError, NoApplication};
use crate::audit::{AuditError, ProofFault};
use crate::break_glass;
use crate::client::trusted_issuer::IssuerError;
use crate::client::{AddSecretError, MetadataRefusal};
use crate::config::ConfigError;
use crate::decision::NotPast;
use crate::demo::DemoError;
use crate::domain::{ScopeError, UsernameError};
use crate::enrolment::{self, InvitationError};
use crate::factor::passkey::policy::ListRefusal;
use crate::factor::{lockout, removal};
use crate::keys::KeyError;
use crate::op::OpError;
use crate::person::PersonError;
use crate::policy::PolicyError;
use crate::roll_out;
use crate::rule::{self, LockedOut};
use crate::server::StartError;
use crate::signin::setup::SetUpRefusal;
use crate::storage::StorageError;
use crate::telemetry::LogError;

/// Why a command fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("logs cannot start")]
    Log(#[from] LogError),
    #[error("the threads of the program cannot start")]
    Threads(#[source] std::io::Error),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("there is no database at {}", .0.display())]
    NoDatabase(PathBuf),
    #[error("the database is empty")]
    EmptyDatabase,
    #[error("there is no master key at {}", .0.display())]
    NoMasterKey(PathBuf),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Op(#[from] OpError),
    #[error(transparent)]
    SetUp(#[from] SetUpRefusal),
    #[error("the password cannot be read from {}", from.display())]
    PasswordFile { from: PathBuf, source: std::io::Error },
    #[error("the answer cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error("the audit log is not as it was written: {}", output::count(.0, "finding"))]
    Findings(u64),
    #[error("there is no such event, or no checkpoint covers it yet")]
    NoEvent,
    #[error("there is no such job that was given up")]
    NoJob,
    #[error("the organisation does not trust this issuer")]
    NoIssuer,
    #[error("the file is not the JSON of an issuer")]
    IssuerFile(#[source] serde_json::Error),
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    #[error("there is no such signing key")]
    NoKey,
    #[error("this key signs the audit log and is not revoked: all that it has signed would lose its proof")]
    KeyOfTheLog,
    #[error(transparent)]
    NotPast(#[from] NotPast),
    #[error(transparent)]
    Rule(#[from] rule::Refusal),
    #[error(transparent)]
    Report(#[from] rule::NoReport),
    #[error("there is no rule of this name that asks people to set up a factor")]
    NoRollOut,
    #[error(transparent)]
    NotCalled(#[from] roll_out::NotCalled),
    #[error("the scopes cannot be read")]
    Scope(#[source] ScopeError),
    #[error("there is no such client, or it is disabled already")]
    NoClient,
    #[error("no client of this id waits for approval")]
    NotWaiting,
    #[error("nothing was approved: to approve just what is printed, say it again with --digest {0}")]
    NotSeen(String),
    #[error("the client has changed since you saw it: look at it again")]
    ChangedMeanwhile,
    #[error("there is no such service account in this organisation")]
    NoServiceAccount,
    #[error("the rules never had this revision")]
    NoRevision,
    #[error("they trust no such device")]
    NoDevice,
    #[error("the client has no secret of this id")]
    NoSecret,
    #[error("{}: {}", .0.code, .0.description)]
    Metadata(MetadataRefusal),
    #[error("{} is not the JSON that is needed", path.display())]
    JsonFile {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error(
        "a group is written by its kind (department, region, team, project, custom) and name, such as project:spring-launch"
    )]
    GroupLabel,
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("there is no such application")]
    NoApplication,
    #[error(transparent)]
    Meant(#[from] NoApplication),
    #[error("there is no such type of authorization details")]
    NoDetailType,
    #[error("member {0} of the type has something that is not known, or not of the right kind")]
    DetailMember(String),
    #[error("there is no such registration token")]
    NoToken,
    #[error("there is no such organisation")]
    NoOrganisation,
    #[error(transparent)]
    AddSecret(#[from] AddSecretError),
    #[error("there is no such person")]
    NoPerson,
    #[error("nothing of that id waits for a second administrator")]
    NoPass,
    #[error("there is no open link of that id")]
    NoOpenPass,
    #[error(transparent)]
    Username(#[from] UsernameError),
    #[error(transparent)]
    Pass(#[from] enrolment::Refusal),
    #[error(transparent)]
    Factor(#[from] removal::Refusal),
    #[error(transparent)]
    Locked(#[from] lockout::Refusal),
    #[error(transparent)]
    Unswitched(#[from] enrolment::Unswitched),
    #[error(transparent)]
    BreakGlass(#[from] break_glass::Refusal),
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    #[error(transparent)]
    Person(#[from] PersonError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error("the version did not pass")]
    NotPassed,
    #[error("the proof does not hold")]
    Proof(#[from] ProofFault),
    #[error("this is not a verifier key of an audit log")]
    VerifierKey,
    #[error(transparent)]
    RecoveryRule(#[from] enrolment::NotSet),
    #[error(transparent)]
    Products(#[from] ListRefusal),
    #[error("nothing was taken over:\n  {0}")]
    Hashes(String),
    #[error("{} cannot be read", path.display())]
    File { path: PathBuf, source: std::io::Error },
}

impl CommandError {
    /// What to do next, where we know it.
    pub(super) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Config(_) => {
                Some("config/doorward.toml explains every setting; `doorward config show` shows what holds")
            }
            Self::NoDatabase(_) | Self::EmptyDatabase => Some(NO_DATABASE),
            Self::Storage(fault) | Self::Op(OpError::Storage(fault)) => storage_hint(fault),
            Self::Start(fault) | Self::Demo(DemoError::Start(fault)) => start_hint(fault),
            Self::Demo(DemoError::Taken { .. }) => Some(
                "`--port N` takes N and the three after it; a folder that has been used keeps its ports, so add `--data-dir FOLDER` for a new one, or stop the other program",
            ),
            Self::Demo(DemoError::Port) => Some("give a smaller one, such as `--port 8080`"),
            Self::Demo(_) => {
                Some("`doorward demo --reset` begins anew; `--data-dir` and `--port` choose another place")
            }
            Self::SetUp(SetUpRefusal::AlreadyDone) => {
                Some("an administrator of it adds people; to start anew, use another database")
            }
            Self::SetUp(SetUpRefusal::SlugShape) => Some("give a short name of the organisation by --slug"),
            Self::Findings(_) => Some(
                "compare with a backup and with checkpoints that were kept elsewhere; whoever can write to the database is suspect",
            ),
            Self::Key(KeyError::MasterKeyFile(_)) | Self::NoMasterKey(_) => Some(
                "run the command where `keys.master_key_file` can be read, with the server's configuration",
            ),
            Self::Rule(refusal) => Some(rule_hint(refusal)),
            Self::Report(_) => Some("`doorward rule list` shows the names, and which of them report"),
            Self::NoRollOut => Some("`doorward roll-out list` shows the names"),
            Self::Metadata(_)
            | Self::DetailMember(_)
            | Self::Hashes(_)
            | Self::Products(_)
            | Self::IssuerFile(_)
            | Self::Issuer(_) => self.document_hint(),
            _ => self.missing_hint(),
        }
    }
}

impl CommandError {
    /// Where it is told what there is.
    const fn missing_hint(&self) -> Option<&'static str> {
        match self {
            Self::NoPass | Self::NoOpenPass => Some("`doorward person passes` shows what was asked for"),
            Self::Factor(removal::Refusal::Gone) => {
                Some("`doorward person show` shows the ids of their factors")
            }
            Self::Factor(removal::Refusal::Last) => Some("`doorward person recover` issues the link for it"),
            Self::NoPerson => Some("`doorward person list --organisation NAME` shows the usernames"),
            Self::NoServiceAccount => {
                Some("`doorward service-account list --organisation NAME` shows the names")
            }
            Self::NoDevice => Some("`doorward person show` shows the ids of the devices that they trust"),
            Self::NoEvent => Some(
                "`doorward audit list` shows the positions; `-` is an event that the next checkpoint covers",
            ),
            Self::NoJob => Some("`doorward job list --state dead` shows the ids"),
            Self::NoIssuer => Some("`doorward issuer list` shows those that it trusts"),
            Self::NoOrganisation => Some("give the short name of the organisation, not its title"),
            Self::NoKey => Some("`doorward key list` shows the ids of all keys"),
            Self::KeyOfTheLog => Some(
                "`doorward key rotate --log --immediately` puts another in its place; compare the log with checkpoints that were kept elsewhere",
            ),
            Self::VerifierKey => Some("`doorward audit key` prints it"),
            Self::NoClient => Some("`doorward client list` shows the ids of all clients"),
            Self::NotWaiting => Some("`doorward client list --pending` shows those that wait"),
            Self::ChangedMeanwhile => {
                Some("compare what is printed with what you have seen; its digest stands there")
            }
            Self::NoSecret => Some("`doorward client secret list` shows the ids of its secrets"),
            Self::NoApplication => Some("`doorward application list` shows their ids and audiences"),
            Self::Meant(_) => Some(
                "`doorward application list --json` shows which there are, with their permissions; say one by --application",
            ),
            Self::NoDetailType => Some("`doorward application detail-type list` shows them"),
            Self::Policy(PolicyError::Unknown) => {
                Some("`doorward policy list --organisation NAME` shows the names")
            }
            Self::Policy(PolicyError::Template(_)) => {
                Some("`doorward policy templates` shows them with their fields")
            }
            Self::Policy(PolicyError::NotTested) => Some("`doorward policy test` does that"),
            Self::Policy(_) => Some("docs/policies.md has examples"),
            Self::NoToken => Some("`doorward client registration-token list` shows the ids of all tokens"),
            _ => None,
        }
    }

    /// Where it is written what a file has to be like.
    const fn document_hint(&self) -> Option<&'static str> {
        match self {
            Self::Metadata(_) => Some("docs/oauth/registration.md tells of all members"),
            Self::DetailMember(_) => Some("docs/oauth/resources-and-details.md has an example"),
            Self::Products(ListRefusal::LockedOut(_)) => Some(PASSKEY_FIRST),
            Self::Products(_) => Some("`doorward passkey products` lists those that it knows"),
            Self::Hashes(_) => Some("docs/passwords.md tells which hashes are known, and what they may cost"),
            Self::IssuerFile(_) | Self::Issuer(_) => Some("docs/oauth/grants.md has an example"),
            _ => None,
        }
    }
}

fn storage_hint(fault: &StorageError) -> Option<&'static str> {
    match fault {
        StorageError::Unavailable(_) | StorageError::Address(_) | StorageError::File(_) => Some(
            "check `database.url` (`doorward config show` tells where it was said), and that the database runs",
        ),
        StorageError::Busy(_) => Some("another process may be using the database; try again"),
        _ => None,
    }
}

fn start_hint(fault: &StartError) -> Option<&'static str> {
    match fault {
        StartError::Storage(fault) => storage_hint(fault),
        StartError::Keys(KeyError::Unseal) => Some(
            "the database was made with another master key: check `keys.master_key_file`, or restore the key that belongs to it",
        ),
        StartError::RiskFile(_) => Some(
            "`risk.geoip_file` is a .mmdb of countries or cities, `risk.bad_addresses_file` a text with one address or network a line; an empty setting does without",
        ),
        StartError::Listen { .. } => Some(
            "another program may be using the port: stop it, or choose another one (`server.listen`, `demo --port`)",
        ),
        StartError::Tls { .. } => Some(
            "`server.tls_certificate_file` holds the server's certificate and those between it and its root, `server.tls_key_file` the key of the first; both are PEM",
        ),
        _ => None,
    }
}

const NO_DATABASE: &str = "`--data-dir FOLDER` takes that of a demonstration, `--config FILE` that of an installation; \
    `doorward serve`, `init` and `migrate` make a new one";

const PASSKEY_FIRST: &str = "whoever adds a passkey of a listed product under /account/passkeys gets in; `doorward passkey policy show` tells which are listed, `doorward rule list` which rules ask for one";

const fn rule_hint(refusal: &rule::Refusal) -> &'static str {
    match refusal {
        rule::Refusal::Unknown => "`doorward rule list` shows the names",
        rule::Refusal::LockedOut(
            LockedOut::AdministratorsWithoutPasskey | LockedOut::EveryoneWithoutPasskey,
        ) => PASSKEY_FIRST,
        rule::Refusal::LockedOut(LockedOut::Administrators | LockedOut::Everyone) => {
            "name somebody who always gets in by `unless`, and switch it to `report` to see what it would do"
        }
        _ => "docs/rules.md has an example and tells of all members",
    }
}
