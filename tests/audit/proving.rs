//! Evidence: one event, proven without the database.

use doorward::audit::{ProofFault, check_proof, prove};

use super::log::{ENGINES, Key, Log, event};

#[tokio::test]
async fn a_proof_shows_one_event_and_nothing_else() {
    for engine in ENGINES {
        let log = Log::with(engine, 520, 130).await;
        for position in [0, 1, 255, 256, 511, 512, 519] {
            let proof = prove(&log.storage, position).await.unwrap().unwrap();
            let proven = check_proof(&proof, &log.trust()).unwrap();
            let number = u32::try_from(position).unwrap();
            assert_eq!(
                proven.body,
                serde_json::to_string(&event(number)).unwrap(),
                "{engine:?}"
            );
            assert_eq!((proven.position, proven.checkpoint.size), (position, 520));

            let moved = proof.replace(
                &format!("\nindex {position}\n"),
                &format!("\nindex {}\n", position ^ 1),
            );
            assert_eq!(check_proof(&moved, &log.trust()), Err(ProofFault::NotIncluded));
            let mut stranger = log.trust();
            stranger.keys = vec![*doorward::audit::Signer::public_key(&Key::new(2))];
            assert!(matches!(
                check_proof(&proof, &stranger),
                Err(ProofFault::Checkpoint(_))
            ));
        }
        assert_eq!(prove(&log.storage, 520).await.unwrap(), None, "{engine:?}");
    }
}

#[tokio::test]
async fn a_proof_of_the_only_event_needs_no_hash() {
    let log = Log::with(ENGINES[0], 1, 1).await;
    let proof = prove(&log.storage, 0).await.unwrap().unwrap();
    assert!(check_proof(&proof, &log.trust()).is_ok());
}

#[tokio::test]
async fn a_proof_with_another_event_in_it_does_not_verify() {
    let log = Log::with(ENGINES[0], 9, 9).await;
    let proof = prove(&log.storage, 3).await.unwrap().unwrap();
    let other = prove(&log.storage, 4).await.unwrap().unwrap();
    let extra = |text: &str| text.lines().nth(1).unwrap().to_owned();
    let forged = proof.replace(&extra(&proof), &extra(&other));
    assert_eq!(check_proof(&forged, &log.trust()), Err(ProofFault::NotIncluded));
    for broken in [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\nx",
    ] {
        assert_eq!(check_proof(broken, &log.trust()), Err(ProofFault::Form));
    }
}
