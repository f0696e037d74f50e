//! Reading a configuration: from what was said to what is meant, with every error at once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::error::{ConfigError, Origin, Problem};
use super::setting::{self, Draft};
use super::{Config, check, source};

/// A configuration that still knows where each of its values was said.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    draft: Draft,
    origins: BTreeMap<&'static str, Origin>,
}

impl Config {
    /// Reads the configuration: the defaults, over them the file, over it the environment (`DOORWARD_SECTION__KEY`).
    pub fn load(
        path: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Loaded::read(path, environment).map(|loaded| loaded.config)
    }
}

impl Loaded {
    /// Reads the configuration as [`Config::load`] does, and keeps the origin of each value.
    pub fn read(
        path: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let file = path.map_or_else(Vec::new, |path| source::file(path, &mut problems));
        let environment = source::environment(environment, &mut problems);
        let mut draft = Draft::default();
        let mut origins = BTreeMap::new();
        for statement in source::merge(file, environment, &mut problems) {
            let name = statement.setting.name;
            if let Err(reason) = (statement.setting.set)(&mut draft, &statement.said) {
                problems.push(Problem::Value {
                    origin: statement.origin.clone(),
                    name,
                    reason,
                });
            }
            origins.insert(name, statement.origin);
        }
        // Where a value is not understood, its default stands in its place and would be blamed for what it does not say.
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        match check::whole(&draft) {
            Ok(config) => Ok(Self {
                config,
                draft,
                origins,
            }),
            Err(faults) => {
                let fault = |(name, reason)| Problem::Value {
                    origin: origins.get(name).cloned().unwrap_or(Origin::Default),
                    name,
                    reason,
                };
                let problems = faults.into_iter().map(fault).collect();
                Err(ConfigError { problems })
            }
        }
    }

    /// The effective configuration as TOML, each value with its origin. Secrets are shown as `(set)`.
    #[must_use]
    pub fn show(&self) -> String {
        let mut text = String::new();
        let mut open = "";
        for setting in setting::all() {
            let (section, key) = setting.parts();
            if section != open {
                let gap = if open.is_empty() { "" } else { "\n" };
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{gap}[{section}]");
                open = section;
            }
            let origin = self.origins.get(setting.name).unwrap_or(&Origin::Default);
            let _ = match (setting.show)(&self.draft) {
                Some(value) => writeln!(text, "{key} = {value} # {origin}"),
                None => writeln!(text, "# {key} is not set"),
            };
        }
        text
    }
}

/// The variables of this process. A name that is not Unicode is none of ours.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
}

/// The names of all settings, `section.key`, each with its variable.
pub fn settings() -> impl Iterator<Item = (&'static str, String)> {
    setting::all().map(|setting| (setting.name, setting.variable()))
}
