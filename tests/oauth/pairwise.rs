//! Clients of one sector see one `sub` of a person, those of another see another.

use doorward::client::{self, ClientSettings, NewClient, SubjectType};
use doorward::domain::{ClientId, RedirectUri};

use super::stage::{CALLBACK, Stage, encoded, new_client};

fn pairwise(stage: &Stage, id: &str, sector: Option<&str>) -> NewClient {
    NewClient {
        settings: ClientSettings {
            subject_type: SubjectType::Pairwise,
            sector_identifier_uri: sector.map(str::to_owned),
            ..ClientSettings::default()
        },
        ..new_client(stage, id)
    }
}

fn claims(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).unwrap();
    let payload = data_encoding::BASE64URL_NOPAD.decode(payload.as_bytes()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

struct Seen {
    sub: String,
    id_token: String,
}

/// What a client sees of Ada, in all places alike.
async fn seen_by(stage: &Stage, client: &str) -> Seen {
    let code = stage.code(&[("client_id", Some(client))]).await;
    let tokens = stage.redeem(client, &code).await;
    let (id_token, access_token) = (tokens.text("id_token"), tokens.text("access_token"));
    let sub = claims(&id_token)["sub"].as_str().unwrap().to_owned();
    assert_eq!(claims(&access_token)["sub"], sub.as_str());
    assert_eq!(stage.userinfo(&access_token).await.json()["sub"], sub.as_str());
    let refreshed = stage.refresh(client, &tokens.text("refresh_token")).await;
    assert_eq!(claims(&refreshed.text("id_token"))["sub"], sub.as_str());
    Seen { sub, id_token }
}

#[tokio::test]
async fn a_sector_sees_one_subject_and_no_other_sees_it() {
    let mut stage = Stage::new().await;
    for (id, sector) in [
        ("a", None),
        ("b", None),
        ("c", Some("https://other.test/sector.json")),
        ("d", Some("https://other.test/elsewhere.json")),
    ] {
        let client = pairwise(&stage, id, sector);
        stage.register(client).await;
    }
    let [a, b, c, d] = [
        seen_by(&stage, "a").await.sub,
        seen_by(&stage, "b").await.sub,
        seen_by(&stage, "c").await.sub,
        seen_by(&stage, "d").await.sub,
    ];
    assert_eq!(a, b, "both come back to desk.test");
    assert_eq!(c, d);
    assert_ne!(a, c);
    assert_eq!(a.len(), 43);
    let public = seen_by(&stage, "desk").await.sub;
    assert_eq!(public, stage.ada.to_string());
    assert!(a != public && c != public);
    assert_eq!(seen_by(&stage, "a").await.sub, a, "the same each time");
}

#[tokio::test]
async fn a_hint_leads_back_to_the_person_for_its_own_client() {
    let mut stage = Stage::new().await;
    for (id, sector) in [("a", None), ("c", Some("https://other.test/sector.json"))] {
        let client = pairwise(&stage, id, sector);
        stage.register(client).await;
    }
    let seen = seen_by(&stage, "a").await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let ask = |client: &'static str, hint: String| {
        Stage::request(&[
            ("client_id", Some(client)),
            ("id_token_hint", Some(&hint)),
            ("prompt", Some("none")),
        ])
    };
    let own = stage.get(&ask("a", seen.id_token.clone()), &cookie).await;
    assert!(own.parameter("code").is_some(), "{own:?}");
    let foreign = stage.get(&ask("c", seen.id_token.clone()), &cookie).await;
    assert_eq!(foreign.parameter("error").as_deref(), Some("invalid_request"));
    let stranger = stage.stranger().await;
    let (_, strange) = stage.signed_in(stranger).await;
    let other = stage.get(&ask("a", seen.id_token.clone()), &strange).await;
    assert_eq!(other.parameter("error").as_deref(), Some("login_required"));
    // And signs out, within its session.
    let here = stage
        .get(&Stage::request(&[("client_id", Some("a"))]), &cookie)
        .await;
    let tokens = stage.redeem("a", &here.parameter("code").unwrap()).await;
    let out = stage
        .get(
            &format!(
                "/logout?{}",
                encoded(&[("id_token_hint", &tokens.text("id_token"))])
            ),
            &cookie,
        )
        .await;
    assert_eq!(out.location(), "/logout/done");
}

#[tokio::test]
async fn what_a_client_says_by_itself_is_believed_for_its_own_sector_only() {
    let mut stage = Stage::new().await;
    for (id, sector) in [("a", None), ("c", Some("https://other.test/sector.json"))] {
        let client = pairwise(&stage, id, sector);
        stage.register(client).await;
    }
    let seen = seen_by(&stage, "a").await;
    let mut op = stage.op();
    let keys = &stage.bare.house.master_key;
    let mut found = Vec::new();
    for id in ["a", "c", "desk"] {
        let id = ClientId::parse(id).unwrap();
        let client = client::find(&mut op, &id).await.unwrap().unwrap();
        found.push(client::person_for(keys, &client, &seen.sub));
        if id.as_str() != "desk" {
            assert_eq!(client::person_for(keys, &client, &stage.ada.to_string()), None);
        }
    }
    assert_eq!(found, [Some(stage.ada), None, None]);
}

#[tokio::test]
async fn a_sector_has_one_host() {
    let stage = Stage::new().await;
    let addresses = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| RedirectUri::register(text).unwrap())
            .collect()
    };
    for (uris, sector, good) in [
        (vec![CALLBACK, "https://desk.test/other"], None, true),
        (vec![CALLBACK, "https://other.test/"], None, false),
        (
            vec![CALLBACK, "https://other.test/"],
            Some("https://sector.test/"),
            true,
        ),
        (vec!["com.example.app:/callback"], None, false),
        (vec!["com.example.app://desk.test/callback"], None, false),
        (vec![CALLBACK, "http://127.0.0.1/callback"], None, false),
        (
            vec!["com.example.app:/callback"],
            Some("https://sector.test/"),
            true,
        ),
        (vec![CALLBACK], Some("http://sector.test/"), false),
        (vec![CALLBACK], Some("sector"), false),
    ] {
        let new = NewClient {
            redirect_uris: addresses(&uris),
            ..pairwise(&stage, "a", sector)
        };
        let mut op = stage.op();
        match client::create(&mut op, new).await {
            Ok(_) => assert!(good, "{uris:?} {sector:?}"),
            Err(refused) => {
                assert!(!good, "{uris:?} {sector:?}");
                assert_eq!(refused.field(), Some("sector_identifier_uri"));
            }
        }
    }
}
