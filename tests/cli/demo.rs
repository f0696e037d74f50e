//! `doorward demo`, where it does not start.

use std::net::TcpListener;

use super::{doorward, said};
use crate::support::free_ports;

#[test]
fn a_taken_port_is_named_with_what_to_do_and_nothing_is_made_or_removed() {
    let folder = tempfile::tempdir().unwrap();
    let first = free_ports(4);
    for (taken, what) in [
        (first, "the server"),
        (first + 1, "the sample application"),
        (first + 2, "metrics"),
        (first + 3, "clients with certificates"),
    ] {
        let listener = TcpListener::bind(("127.0.0.1", taken)).unwrap();
        let port = first.to_string();
        let (code, output, fault) = said(&mut doorward(folder.path(), &["demo", "--port", &port]));
        drop(listener);
        assert_eq!((code, output.as_str()), (1, ""));
        assert!(
            fault.contains(&format!("error: port {taken} is taken: ")),
            "{fault}"
        );
        assert!(fault.contains(&format!("needs it for {what}")), "{fault}");
        assert!(fault.contains("hint: `--port N`"), "{fault}");
        assert!(!folder.path().join("data").exists(), "{what}");
    }
    let ours = folder.path().join("data/demo");
    std::fs::create_dir_all(&ours).unwrap();
    std::fs::write(ours.join("demo.json"), "{}").unwrap();
    let _listener = TcpListener::bind(("127.0.0.1", first)).unwrap();
    let words = ["demo", "--reset", "--port", &first.to_string()];
    let (_, _, fault) = said(&mut doorward(folder.path(), &words));
    assert!(fault.contains("is taken"), "{fault}");
    assert!(ours.join("demo.json").exists(), "it is removed by a start alone");
}
