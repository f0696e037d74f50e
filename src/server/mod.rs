//! Assembly: all that lives put together, the one table of routes, the layers around it, listening and stopping.
//!
//! Storey 6: may call every room but `demo` and `cli`.

mod app;
mod certificate;
mod connections;
mod descriptors;
mod edge;
mod health;
mod listen;
mod mutual_tls;
mod order;
mod router;
mod schedule;
mod shutdown;
mod tls;

pub use app::{StartError, assemble};
pub use listen::{Running, run, start};
pub use router::{router, routes};
pub use shutdown::asked as asked_to_stop;
