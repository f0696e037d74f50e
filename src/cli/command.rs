//! The commands and what each is for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use super::error::CommandError;
use super::{
    application, attribute, audit, break_glass, client, config, coverage, demo, grant, group, init, issuer,
    job, key, migrate, output, passkey, password, permission, person, policy, revoke, role, roll_out, rule,
    service_account, who, why,
};
use crate::config::{Config, Loaded, LogFormat, environment};
use crate::server;
use crate::telemetry::{LogStyle, start_logs};

/// Identity and single sign-on in one program.
#[derive(Debug, Parser)]
#[command(
    name = "doorward",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is asked to stop (Ctrl-C or SIGTERM).
    ///
    /// The database is brought up to date first, and keys that are missing are made. While there is no organisation, a link is
    /// printed that sets up the first one and its administrator; it works once, for 30 minutes. Requests under way are
    /// finished before it stops.
    #[command(after_help = "Example:\n  doorward serve --config /etc/doorward/doorward.toml")]
    Serve(Place),
    /// Run the server with sample organisations, and a sample application beside it.
    ///
    /// Prints who can sign in with what. Everything is kept in one folder; a second start finds it as it was left.
    #[command(after_help = "Example:\n  doorward demo --port 9000 --data-dir /tmp/doorward-demo")]
    Demo(demo::Arguments),
    /// Set up the first organisation and its administrator, without a browser.
    ///
    /// The administrator signs in with the password and a code of an authenticator app. The key of the app is printed once,
    /// and never again. Refused when there is an organisation already.
    #[command(
        after_help = "Example:\n  doorward init --organisation Northbeam --username ada@northbeam.example \\\n      --name \"Ada Yilmaz\" --password-file ./ada.password"
    )]
    Init(init::Arguments),
    /// Say whose assertions an organisation trusts (workload identity).
    #[command(subcommand)]
    Issuer(issuer::IssuerCommand),
    /// List or rotate the signing keys.
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Add and change applications (APIs), and say which authorization details they know.
    #[command(subcommand)]
    Application(application::ApplicationCommand),
    /// Say what an application lets be done: permissions, which roles give and clients ask for.
    #[command(subcommand)]
    Permission(permission::PermissionCommand),
    /// Add, change and look after clients: those that wait, their secrets, the tokens by which they register themselves.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Say who must use what at sign-in, and when: draft rules, replay them over past sign-ins, switch them on.
    #[command(subcommand)]
    Rule(rule::RuleCommand),
    /// See how far the roll-out of a factor is, and remind who is left.
    #[command(subcommand)]
    RollOut(roll_out::RollOutCommand),
    /// See who has a second factor, by department and region, and who is left.
    ///
    /// People who cannot sign in are not counted; whoever is in several regions or departments counts in each.
    #[command(after_help = "Example:\n  doorward coverage --organisation northbeam --json")]
    Coverage(coverage::Arguments),
    /// Look at departments, regions, teams, projects and other groups, change them, and say who is in them.
    #[command(subcommand)]
    Group(group::GroupCommand),
    /// Look at roles, and define what they give.
    #[command(subcommand)]
    Role(role::RoleCommand),
    /// Give roles to people and groups, look at what was given, and end it.
    #[command(subcommand)]
    Grant(grant::GrantCommand),
    /// Write policies, try them with their test cases, put them in force, retire them.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Declare what is known of people for policies and claims, and set it.
    #[command(subcommand)]
    Attribute(attribute::AttributeCommand),
    /// Make, list and switch service accounts: as whom clients act when nobody lets them.
    #[command(subcommand)]
    ServiceAccount(service_account::ServiceAccountCommand),
    /// Say whether somebody may do something, why, and what would turn it.
    ///
    /// It is what an application would be told, with the grants that have to do with it: where and until when they count, who gave them and why.
    /// Who asked is on record.
    #[command(
        after_help = "Example:\n  doorward why maria.arslan@northbeam.example feedback:read feedback/f-101 --with region=turkiye"
    )]
    Why(why::Arguments),
    /// Say who may do something, and by which roles and policies.
    ///
    /// Exactly those are told to whom an application would be told yes, by id. Who asked is on record.
    #[command(
        after_help = "Example:\n  doorward who feedback:export feedback/f-101 --organisation northbeam --with region=turkiye --with customer_segment=vip"
    )]
    Who(who::Arguments),
    /// Invite people, look at them, and help those who have lost what they sign in with.
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Mark accounts for emergencies, and review what was done with them.
    #[command(subcommand)]
    BreakGlass(break_glass::BreakGlassCommand),
    /// Say which passkeys and security keys people may add.
    #[command(subcommand)]
    Passkey(passkey::PasskeyCommand),
    /// Take over the passwords of another system.
    #[command(subcommand)]
    Password(password::PasswordCommand),
    /// End all that a person or a client has: sessions and tokens.
    #[command(subcommand)]
    Revoke(revoke::RevokeCommand),
    /// List jobs that are left to do or were given up.
    #[command(subcommand)]
    Job(job::JobCommand),
    /// Bring the database to the shape that this version needs.
    ///
    /// `serve` does it too, at its start. Run it by itself where the server may not change tables, or to see that it works
    /// before the server is replaced. A database that a newer version has used is refused.
    #[command(after_help = "Example:\n  doorward migrate --config /etc/doorward/doorward.toml")]
    Migrate(Place),
    /// Check or show the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Read, verify and prove the audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Check the configuration and say everything that is wrong with it.
    ///
    /// Nothing is started and no database is opened.
    #[command(after_help = "Example:\n  doorward config check --config doorward.toml")]
    Check(Place),
    /// Show the configuration that would take effect, and where each value was said.
    ///
    /// The output is TOML. Secrets are shown as "(set)".
    #[command(after_help = "Example:\n  DOORWARD_LOGS__FORMAT=json doorward config show")]
    Show(Place),
}

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub(super) struct Place {
    /// The configuration file. Without it, the defaults and the environment (`DOORWARD_SECTION__KEY`) hold.
    #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
    config: Option<PathBuf>,
    /// Work on the data folder of a demonstration instead of the configured database and master key.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

/// The organisation that a command is about, and where it is.
#[derive(Debug, Args)]
pub(super) struct Whose {
    /// The short name of the organisation.
    #[arg(long, value_name = "NAME")]
    pub(super) organisation: String,
    #[command(flatten)]
    pub(super) place: Place,
}

impl Place {
    /// A place of a command that says otherwise where its data is.
    pub(super) fn of(config: Option<PathBuf>) -> Self {
        Self {
            config,
            data_dir: None,
        }
    }

    /// The configuration with its origins.
    pub(super) fn read(&self) -> Result<Loaded, CommandError> {
        Ok(Loaded::read(self.path(), environment())?)
    }

    /// The configuration, for a command that works with it; logs start as it says.
    pub(super) fn load(&self) -> Result<Config, CommandError> {
        let mut config = Config::load(self.path(), environment())?;
        if let Some(folder) = &self.data_dir {
            crate::demo::keep_data_in(&mut config, folder);
        }
        let style = match config.logs.format {
            LogFormat::Pretty => LogStyle::Pretty,
            LogFormat::Json => LogStyle::Json,
        };
        start_logs(style, &config.logs.filter)?;
        Ok(config)
    }

    fn path(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

/// Runs the command line of this process; `main` does nothing else.
#[must_use]
pub fn main() -> ExitCode {
    // Fails only when a provider is there already, which is the same one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match run(Line::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::fault(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Serve(place) => wait(async {
            let config = place.load()?;
            Ok(Box::pin(server::run(config, |text| output::line(text))).await?)
        }),
        Command::Demo(arguments) => wait(Box::pin(demo::run(arguments))),
        Command::Init(arguments) => wait(init::run(arguments)),
        Command::Issuer(command) => wait(issuer::run(command)),
        Command::Key(command) => wait(key::run(command)),
        Command::Application(command) => wait(Box::pin(application::run(command))),
        Command::Permission(command) => wait(Box::pin(permission::run(command))),
        Command::Client(command) => wait(Box::pin(client::run(command))),
        Command::Rule(command) => wait(Box::pin(rule::run(command))),
        Command::BreakGlass(command) => wait(Box::pin(break_glass::run(command))),
        Command::RollOut(command) => wait(Box::pin(roll_out::run(command))),
        Command::Group(command) => wait(Box::pin(group::run(command))),
        Command::Role(command) => wait(Box::pin(role::run(command))),
        Command::Grant(command) => wait(Box::pin(grant::run(command))),
        Command::Policy(command) => wait(Box::pin(policy::run(command))),
        Command::Attribute(command) => wait(Box::pin(attribute::run(command))),
        Command::ServiceAccount(command) => wait(Box::pin(service_account::run(command))),
        Command::Why(arguments) => wait(Box::pin(why::run(arguments))),
        Command::Who(arguments) => wait(Box::pin(who::run(arguments))),
        Command::Coverage(arguments) => wait(Box::pin(coverage::run(arguments))),
        Command::Person(command) => wait(Box::pin(person::run(command))),
        Command::Passkey(command) => wait(passkey::run(command)),
        Command::Password(command) => wait(password::run(command)),
        Command::Revoke(command) => wait(revoke::run(command)),
        Command::Job(command) => wait(job::run(command)),
        Command::Migrate(place) => wait(migrate::run(&place.load()?)),
        Command::Audit(command) => wait(audit::run(command)),
        Command::Config(ConfigCommand::Check(place)) => config::check(&place),
        Command::Config(ConfigCommand::Show(place)) => config::show(&place),
    }
}

/// Runs work on threads of its own.
fn wait<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Threads)?
        .block_on(work)
}
