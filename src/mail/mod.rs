//! Mail to people: written in their language, put into an outbox within the act that causes it, handed over once that is
//! committed, tried again, and given up after about a day.
//!
//! What a mail says is sealed while it waits, and gone once it is sent: links in it open accounts. Owns the table `mail`.
//! Storey 3: calls `job`, `person` and lower storeys.

mod letter;
mod notice;
mod outbox;
mod page;
mod recipient;
mod store;
mod work;

pub use letter::{Block, Letter};
pub use notice::{
    Circumstances, Happened, NOT_ME_LIFE, not_me_address, tell, tell_at, tell_of, was_sent, was_told,
};
pub use outbox::{Mail, find, list, queue, sweep};
pub use page::{routes, serves};
pub use recipient::{Recipient, is_on};
pub use work::jobs;
