//! Rolling out a factor: who has it, who is left, and the mails that remind them.
//!
//! A roll-out is no thing of its own: it is a rule that asks people to set up a factor (`then` is `enrol`), with its start, its grace and
//! its exceptions. This room counts whom the rule means (and, where no rule is meant, everybody), and reminds those who are left while their grace runs. Owns the tables
//! `roll_out_reminder` and `roll_out_round`. Storey 4: calls lower storeys only.

mod call;
mod coverage;
mod everybody;
mod letter;
mod remind;
mod schedule;
mod store;
mod sweep;
mod told;
mod which;

pub use call::{NotCalled, call, called_at};
pub use coverage::{Coverage, Left, Share, coverage, coverage_of_all};
pub use everybody::{Everybody, Group, Having, Without, everybody};
pub use remind::{jobs, look};
pub use sweep::sweep;
pub use told::Told;
pub use which::{RollOut, all, find, of_id};
