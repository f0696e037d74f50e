//! The ports of a demonstration, and the name in which its log is signed.

use super::demo::Demo;
use crate::support::free_ports;

#[tokio::test]
async fn a_folder_keeps_the_ports_that_its_log_is_signed_for() {
    let mut demo = Demo::start().await;
    let first = demo.table.clone();

    let other = free_ports(4).to_string();
    let said = demo.refused(&["--port", &other]);
    for part in [demo.issuer(), "audit log", "--data-dir", "--reset"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // Nothing was signed in the other name.
    let verified = demo.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");

    demo.restart();
    assert_eq!(demo.table, first);
    let verified = demo.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{verified:?}");
}
