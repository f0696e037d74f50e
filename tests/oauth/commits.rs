//! What the steps of the protocol cost: one act is kept for each, whatever it does, and none for those who only look. The
//! authorization and token endpoints may keep two at most.

use std::time::Duration;

use doorward::access;
use doorward::client::NewClient;
use doorward::config::ClientIdMetadata;
use doorward::domain::{ClientAuthMethod, TokenFormat};
use doorward::jose::Algorithm;
use doorward::session::continuation;
use http::StatusCode;

use super::client_document::Elsewhere;
use super::dpop::{self, redemption, refreshing};
use super::prover::{Prover, by_uri};
use super::spiffe::Two;
use super::stage::{Answer, CALLBACK, Stage, new_client};
use super::{ciba, consent, device, exchange, response_type};

/// How many acts a step keeps, and what it answers.
async fn cost<T>(stage: &Stage, step: impl Future<Output = T>) -> (u64, T) {
    let storage = &stage.bare.house.storage;
    let before = storage.commits();
    let answer = step.await;
    (storage.commits() - before, answer)
}

/// The same for a step that gives a token.
async fn cost_of_token(stage: &Stage, step: impl Future<Output = Answer>) -> (u64, Answer) {
    let (cost, answer) = cost(stage, step).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    (cost, answer)
}

#[tokio::test]
async fn a_code_and_its_tokens_cost_one_commit_each() {
    let stage = Stage::new().await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let (of_code, answer) = cost(&stage, stage.get(&Stage::request(&[]), &cookie)).await;
    let code = answer.parameter("code").unwrap();
    let (of_tokens, tokens) = cost_of_token(&stage, stage.redeem("desk", &code)).await;
    let refresh_token = tokens.text("refresh_token");
    let (of_refresh, _) = cost_of_token(&stage, stage.refresh("desk", &refresh_token)).await;
    assert_eq!([of_code, of_tokens, of_refresh], [1, 1, 1]);
}

#[tokio::test]
async fn pushing_assertions_and_opaque_tokens_cost_no_commit_more() {
    let mut stage = Stage::new().await;
    let prover = Prover::new("prover", Algorithm::Es256);
    stage.register(prover.client(&stage)).await;
    stage.register_robot("robot").await;
    let mut op = stage.op();
    let (organisation, application) = (stage.organisation, stage.application);
    access::set_token_format(&mut op, organisation, application, TokenFormat::Opaque)
        .await
        .unwrap();
    op.commit().await.unwrap();
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let (of_push, pushed) = cost(&stage, prover.push(&stage, &[])).await;
    assert_eq!(pushed.status, StatusCode::CREATED, "{pushed:?}");
    let path = by_uri("prover", &pushed);
    let (of_code, answer) = cost(&stage, stage.get(&path, &cookie)).await;
    let code = answer.parameter("code").unwrap();
    let fields = redemption(&code);
    let (of_tokens, answer) = cost_of_token(&stage, prover.post(&stage, "/token", &fields)).await;
    assert!(answer.text("access_token").starts_with("dwa_"), "{answer:?}");
    let own = [("grant_type", "client_credentials")];
    let (of_own, _) = cost_of_token(&stage, stage.token("robot", &own)).await;
    assert_eq!([of_push, of_code, of_tokens, of_own], [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_request_that_waits_for_a_sign_in_is_kept_once_and_its_code_once() {
    let stage = Stage::new().await;
    let (of_request, answer) = cost(&stage, stage.get(&Stage::request(&[]), "")).await;
    let id = answer.location().strip_prefix("/signin/").unwrap().to_owned();
    let (session, cookie) = stage.signed_in(stage.ada).await;
    let cookies = format!("{}; {cookie}", answer.cookies());
    let mut op = stage.op();
    continuation::prove(&mut op, id.parse().unwrap(), &session)
        .await
        .unwrap();
    op.commit().await.unwrap();
    let resumed = format!("/authorize/continue?continuation={id}");
    let (of_code, answer) = cost(&stage, stage.get(&resumed, &cookies)).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    // Who may not be asked is refused at once, and that is on record.
    let silent = Stage::request(&[("prompt", Some("none"))]);
    let (of_refusal, answer) = cost(&stage, stage.get(&silent, "")).await;
    assert_eq!(answer.parameter("error").as_deref(), Some("login_required"));
    let nobody = Stage::request(&[("client_id", Some("nobody"))]);
    let (of_unproven, answer) = cost(&stage, stage.get(&nobody, "")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!([of_request, of_code, of_refusal, of_unproven], [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_question_of_consent_is_kept_once_and_so_is_its_answer() {
    let stage = consent::careful().await;
    for (decision, parameter) in [("deny", "error"), ("allow", "code")] {
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let asked = Stage::request(consent::ASK);
        let (of_request, answer) = cost(&stage, stage.get(&asked, &cookie)).await;
        let cookies = format!("{}; {cookie}", answer.cookies());
        let (of_page, page) = cost(&stage, stage.get(answer.location(), &cookies)).await;
        let question = (page.clone(), consent::action(&page), cookies);
        let (of_answer, answer) = cost(&stage, consent::choose(&stage, &question, decision)).await;
        assert!(answer.parameter(parameter).is_some(), "{answer:?}");
        assert_eq!([of_request, of_page, of_answer], [1, 0, 1], "{decision}");
    }
}

#[tokio::test]
async fn a_device_that_waits_keeps_when_it_has_asked_and_no_more() {
    let stage = device::stage().await;
    let (of_request, asked) = cost_of_token(&stage, device::ask(&stage, "television", "openid f:read")).await;
    let device_code = asked.text("device_code");
    let poll = async || cost(&stage, device::poll(&stage, "television", &device_code)).await;
    let (of_waiting, waiting) = poll().await;
    assert_eq!(waiting.text("error"), "authorization_pending");
    let (of_haste, hasty) = poll().await;
    assert_eq!(hasty.text("error"), "slow_down");
    device::answered(&stage, &asked.text("user_code"), "allow").await;
    stage.advance(Duration::from_secs(10));
    let (of_tokens, tokens) = poll().await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    assert_eq!([of_request, of_waiting, of_haste, of_tokens], [1, 1, 1, 1]);
}

#[tokio::test]
async fn a_client_that_waits_for_a_person_elsewhere_keeps_when_it_has_asked_and_no_more() {
    let stage = ciba::stage().await;
    let (of_request, asked) = cost_of_token(&stage, ciba::ask(&stage, "hotline", &[])).await;
    let auth_req_id = asked.text("auth_req_id");
    let poll = async || cost(&stage, ciba::poll(&stage, "hotline", &auth_req_id)).await;
    let (of_waiting, waiting) = poll().await;
    assert_eq!(waiting.text("error"), "authorization_pending");
    let (of_haste, hasty) = poll().await;
    assert_eq!(hasty.text("error"), "slow_down");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    ciba::answer(&stage, &cookie, "allow").await;
    stage.advance(Duration::from_secs(10));
    let (of_tokens, tokens) = poll().await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    assert_eq!([of_request, of_waiting, of_haste, of_tokens], [1, 1, 1, 1]);
}

#[tokio::test]
async fn an_exchange_and_an_assertion_of_a_workload_cost_one_commit_each() {
    let stage = exchange::stage().await;
    let subject = exchange::of_ada(&stage).await.text("access_token");
    let fields = [("subject_token", subject.as_str()), ("scope", "f:read")];
    let (of_exchange, _) = cost_of_token(&stage, exchange::exchange(&stage, "gateway", &fields)).await;
    let fields = [("subject_token", "unknown")];
    let (of_refusal, refused) = cost(&stage, exchange::exchange(&stage, "gateway", &fields)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let two = Two::new().await;
    let named = two.svid(&two.domain, &serde_json::json!({ "jti": "once" }));
    let (of_named, _) = cost_of_token(&two.stage, two.show(&named)).await;
    let unnamed = two.svid(&two.domain, &serde_json::json!({}));
    let (of_unnamed, _) = cost_of_token(&two.stage, two.show(&unnamed)).await;
    assert_eq!([of_exchange, of_refusal, of_named, of_unnamed], [1, 1, 1, 1]);
}

#[tokio::test]
async fn what_is_bound_to_a_key_costs_no_commit_more() {
    let mut stage = Stage::new().await;
    let native = NewClient {
        auth_method: ClientAuthMethod::None,
        ..new_client(&stage, "native")
    };
    stage.register(native).await;
    stage.register_robot("robot").await;
    let prover = dpop::Prover::new();
    for client in ["desk", "native"] {
        let code = stage.code(&[("client_id", Some(client))]).await;
        let proofs = [prover.proof(&stage)];
        let redeem = async { stage.token_with(client, &redemption(&code), &proofs).await };
        let (of_tokens, tokens) = cost_of_token(&stage, redeem).await;
        assert_eq!(tokens.text("token_type"), "DPoP");
        let proofs = [prover.proof(&stage)];
        let refresh_token = tokens.text("refresh_token");
        let refresh = async {
            stage
                .token_with(client, &refreshing(&refresh_token), &proofs)
                .await
        };
        let (of_refresh, _) = cost_of_token(&stage, refresh).await;
        assert_eq!([of_tokens, of_refresh], [1, 1], "{client}");
    }
    let proofs = [prover.proof(&stage)];
    let own = [("grant_type", "client_credentials")];
    let (of_own, _) = cost_of_token(&stage, stage.token_with("robot", &own, &proofs)).await;
    let (of_replay, again) = cost(&stage, stage.token_with("robot", &own, &proofs)).await;
    assert_eq!(again.text("error"), "invalid_dpop_proof");
    assert_eq!([of_own, of_replay], [1, 1]);
}

#[tokio::test]
async fn an_id_token_through_the_browser_costs_no_commit_more() {
    let stage = response_type::older().await;
    for asked in ["code id_token", "id_token"] {
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let path = Stage::request(&[("client_id", Some("older")), ("response_type", Some(asked))]);
        let (of_answer, answer) = cost(&stage, stage.get(&path, &cookie)).await;
        assert!(answer.parameter("id_token").is_some(), "{answer:?}");
        assert_eq!(of_answer, 1, "{asked}");
        if let Some(code) = answer.parameter("code") {
            let (of_tokens, _) = cost_of_token(&stage, stage.redeem("older", &code)).await;
            assert_eq!(of_tokens, 1, "{asked}");
        }
    }
}

#[tokio::test]
async fn the_document_of_a_client_is_kept_in_an_act_of_its_own_and_no_other() {
    let elsewhere = Elsewhere::new(ClientIdMetadata::Listed, &["localhost"]).await;
    let (stage, id) = (&elsewhere.stage, elsewhere.id.as_str());
    let path = Stage::request(&[("client_id", Some(id)), ("scope", Some("openid"))]);
    let ask = async || {
        let (cost, answer) = cost(stage, stage.get(&path, "")).await;
        assert!(answer.location().starts_with("/signin/"), "{answer:?}");
        cost
    };
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("code", "none"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "none"),
    ];
    let redeem = async || {
        let (cost, answer) = cost(stage, stage.post("/token", "", &fields)).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "it is believed: {answer:?}"
        );
        cost
    };
    // The document, and the request that waits; then the request alone, while the document holds.
    assert_eq!([ask().await, ask().await, redeem().await], [2, 1, 1]);
    let mut changed = elsewhere.document();
    changed["client_name"] = serde_json::json!("Writer");
    for document in [elsewhere.document(), changed] {
        elsewhere.say(&document);
        stage.advance(Duration::from_hours(1));
        assert_eq!([redeem().await, ask().await], [2, 1]);
        stage.advance(Duration::from_hours(1));
        assert_eq!([ask().await, redeem().await], [2, 1]);
    }
    // One that is of no use is not kept.
    elsewhere.say(&serde_json::json!({}));
    stage.advance(Duration::from_hours(1));
    assert_eq!([ask().await, redeem().await], [1, 1]);
}
