//! Who must use what, when: an ordered list of rules for each organisation, asked whenever a person signs in or an
//! application sends one.
//!
//! A rule is drafted, replayed over recorded sign-ins, perhaps left to report only, and switched on. Every change makes a new
//! revision of the whole list; none is lost, so that it is known which rules were in force at any time. Owns the tables
//! `rule_set`, `recorded_sign_in` and `device`. Storey 3: calls `decision`, `person`, `access`, `client` and lower storeys.

mod ask;
mod atlas;
mod bad_address;
mod book;
mod change;
mod check;
mod condition;
mod definition;
mod device;
mod exception;
mod facts;
mod files;
mod guard;
mod history;
mod meant;
mod past;
mod recorded;
mod replay;
mod report;
mod risk;
mod situation;
mod store;
mod travel;

pub use ask::{ask, demands_second_factor, refusing};
pub use book::{Bearing, Book, Enrol, Verdict};
pub use change::{Change, Prepared, Refusal, allow_standing, allow_without, current, draft, prepare};
pub use check::{Checked, Explained, check};
pub use condition::{Condition, Unfit};
pub use definition::{Conditions, Definition, Rule, RuleSet, Then, Times};
pub use device::{
    Sighting, TrustedDevice, distrust, distrust_all, known as known_browsers, knows as knows_device,
    see as see_device, trust, trusted,
};
pub use exception::{Exception, NewException, NoException};
pub use facts::Facts;
pub use files::{FileError, check_files, place_name, read_changed_files};
pub use guard::{LockedOut, Passkeys};
pub use history::{Revision, Stored, What, at_revision, history, older};
pub use meant::{Census, Counted, organisations};
pub use past::{Past, invent};
pub use recorded::{Passage, Recorded, of_person as sign_ins_of, record, record_passage, sweep};
pub use replay::{Counts, Factors, Person, Replay, replay};
pub use report::{NoReport, Report, report};
pub use risk::{Risk, Signal};
pub use situation::{Aim, Situation};
