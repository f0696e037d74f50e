//! Pages that one only passes, looked at as in `pages`: faults, refusals, steps of a sign-in, questions, and those of the console on
//! which something waits. What comes of a form is looked at as it stands, mostly in German, whose words are the longest.

use doorward::access;
use doorward::break_glass;
use doorward::client::{ClientSettings, LogoutSettings, NewClient};
use doorward::config::Registration;
use doorward::domain::{
    Actor, ClientAuthMethod, GrantType, PersonId, ProductProof, RecoveryNeedsTwo, Right, Username,
};
use doorward::enrolment::{self, Asked, Delivery, Invitation};
use doorward::factor::passkey::policy;
use doorward::factor::recovery;
use doorward::op::Op;
use doorward::person::{self, NewPerson};
use serde_json::{Value, json};

use super::chromium::Chromium;
use super::pages::{Looker, linked};
use crate::account::attestation::{LISTED, Maker, OTHER, id, metadata};
use crate::admin::{clients, give_rights};
use crate::break_glass::reachable;
use crate::signin::{PASSWORD, Town, VERIFIER, authorize, enter_password, is_signed_in};

/// A sentence of an organisation with a word that fits no narrow window.
const SENTENCE: &str =
    "Die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ist heute zu.";

async fn town() -> Town {
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.signin.account_creation = true;
        config.signin.attempts_per_address = 1_000;
    })
    .await;
    for name in ["rosa", "ben", "cem"] {
        town.person(name).await;
    }
    let callback = callback(&town);
    let logout = LogoutSettings {
        frontchannel_logout_uri: Some(callback.clone()),
        ..LogoutSettings::default()
    };
    let desk = NewClient {
        grant_types: vec![GrantType::AuthorizationCode, GrantType::DeviceCode],
        settings: ClientSettings {
            logout,
            ..ClientSettings::default()
        },
        ..town.new_client("desk", &callback)
    };
    town.create_client(desk).await;
    town
}

/// Where the application is, which shows nothing.
fn callback(town: &Town) -> String {
    format!("{}/livez", town.server.issuer)
}

/// A page of nothing, a request that leads nowhere, and a form whose browser is another one by now.
async fn faults(looker: &Looker<'_>) {
    for path in ["/nothing-of-that-name", "/authorize?client_id=nobody"] {
        looker.look_at(path).await;
    }
    looker.open("/signin").await;
    looker.browser.find("#continue").await;
    looker.browser.driver.delete_all_cookies().await.unwrap();
    looker.browser.fill("username", "rosa").await;
    looker.browser.click("#continue").await;
    looker.browser.find(".reference").await;
    looker.look_here("an old form").await;
}

/// Somebody makes an account, at the second try; then the sign-in is over.
async fn new_account(looker: &Looker<'_>, town: &Town) {
    let asks = authorize("desk", &callback(town), &[("prompt", "create")]);
    looker.open(&asks).await;
    looker.browser.find("input[name=password]").await;
    let create = looker.path().await;
    let signin = create.strip_suffix("/create").unwrap();
    looker.look_at(&create).await;
    looker.look_at(signin).await;
    looker.open(&format!("{create}?ui_locales=de")).await;
    looker.browser.fill("name", "Grace").await;
    looker.browser.fill("username", "a b").await;
    looker.browser.fill("password", "a ship in port is safe").await;
    looker.browser.click("#continue").await;
    looker.browser.find(".notice.error").await;
    looker.look_here("an account that is not made").await;
    looker.browser.fill("username", "grace").await;
    looker.browser.fill("password", "a ship in port is safe").await;
    looker.browser.click("#continue").await;
    // Where it leads to is this device itself.
    looker.browser.find("#allow").await;
    looker.look_here("what an application asks").await;
    looker.browser.click("#allow").await;
    looker.browser.find("pre").await;
    looker.look_at(signin).await;
    looker.browser.find("#home").await;
}

/// Somebody whom a rule keeps out, who has no session here, and one who has.
async fn refused(looker: &Looker<'_>, town: &Town) {
    keep_out(town, "cem").await;
    looker.browser.driver.delete_all_cookies().await.unwrap();
    looker.sign_in("cem").await;
    looker.browser.find("#restart").await;
    looker.look_at(&looker.path().await).await;
    assert!(!looker.browser.has("#everywhere").await);
    looker.browser.driver.delete_all_cookies().await.unwrap();
    looker.sign_in("ben").await;
    looker.browser.find("#sign-out").await;
    keep_out(town, "ben").await;
    looker.open("/account/sessions").await;
    looker.browser.find("#everywhere").await;
    looker.look_at(&looker.path().await).await;
    looker.browser.find("#everywhere").await;
}

async fn keep_out(town: &Town, name: &str) {
    let rule = json!({
        "name": name, "when": { "people": [name] }, "then": { "do": "refuse", "sentence": SENTENCE },
    });
    crate::rule::add(town, rule).await;
}

/// Rosa uses a recovery code, and is told how many are left.
async fn by_recovery_code(looker: &Looker<'_>, town: &Town) {
    let rosa = town.id_of("rosa").await;
    town.give_authenticator(rosa).await;
    let mut op = town.op();
    let codes = recovery::make(&mut op, rosa).await.unwrap();
    op.commit().await.unwrap();
    looker.browser.driver.delete_all_cookies().await.unwrap();
    looker.sign_in("rosa").await;
    looker.browser.click("#recovery").await;
    looker.browser.fill("code", &codes[0]).await;
    looker.browser.click("#continue").await;
    looker.browser.find("form[action$='/recovery-codes']").await;
    looker.look_at(&looker.path().await).await;
    looker.browser.click("#continue").await;
    looker.browser.find("#sign-out").await;
}

/// Somebody new sets a password and an authenticator behind the link, each at the second try.
async fn newcomer(looker: &Looker<'_>, town: &Town) {
    invite(town).await;
    ask_for_two(town, "kim").await;
    looker.browser.driver.delete_all_cookies().await.unwrap();
    let link = linked(town, "invitation").await;
    looker.open(&format!("{link}?ui_locales=de")).await;
    looker.browser.click("#begin").await;
    looker.browser.find("input[name=again]").await;
    looker.look_here("a first password").await;
    for (again, then) in [("something else", ".notice.error"), (PASSWORD, "#key")] {
        looker.browser.fill("new", PASSWORD).await;
        looker.browser.fill("again", again).await;
        looker.browser.click("#set").await;
        looker.browser.find(then).await;
        looker.look_here("what became of a first password").await;
    }
    first_code(looker, town, ("#confirm", "#sign-in")).await;
}

/// Somebody is asked for an authenticator on the way in, and makes recovery codes anew.
async fn first_factor(looker: &Looker<'_>, town: &Town) {
    town.person("max").await;
    ask_for_two(town, "max").await;
    looker.open("/signin?ui_locales=de").await;
    looker.say("max").await;
    looker.browser.find("#key").await;
    looker.look_at(&looker.path().await).await;
    first_code(looker, town, ("#continue", ".codes")).await;
    looker.browser.click("#continue").await;
    looker.browser.find("#sign-out").await;
    looker.open("/account/recovery-codes?ui_locales=de").await;
    looker.browser.click("#make").await;
    looker.browser.find(".codes").await;
    looker.look_here("new recovery codes").await;
}

/// Enters a wrong code of a new authenticator and then a right one, by a button that leads there.
async fn first_code(looker: &Looker<'_>, town: &Town, (button, there): (&str, &str)) {
    for (is_right, then) in [(false, ".notice.error"), (true, there)] {
        let key = looker.browser.find("#key").await.text().await.unwrap();
        let code = town.code(&key.replace(' ', ""));
        looker
            .browser
            .fill("code", if is_right { &code } else { "000000" })
            .await;
        looker.browser.click(button).await;
        looker.browser.find(then).await;
        looker.look_here("what became of a first code").await;
    }
}

async fn ask_for_two(town: &Town, name: &str) {
    let rule = json!({ "name": name, "when": { "people": [name] }, "then": { "do": "second_factor" } });
    crate::rule::add(town, rule).await;
}

/// Invites Kim by mail.
async fn invite(town: &Town) {
    let username = Username::parse("kim").unwrap();
    let mut person = NewPerson::named(town.organisation, username, "Kim Aydin");
    person.email = Some("kim@northbeam.example".to_owned());
    let invitation = Invitation {
        person,
        department: None,
        roles: Vec::new(),
    };
    let mut op = town.op();
    let invited = enrolment::invite(&mut op, invitation, Delivery::Mail).await;
    invited.unwrap();
    op.commit().await.unwrap();
}

/// She lets a device in, and another one not.
async fn devices(looker: &Looker<'_>, town: &Town) {
    for answer in ["deny", "allow"] {
        let fields = [("client_id", "desk"), ("scope", "openid profile")];
        let asked = town.browser().post("/device_authorization", &fields).await;
        let asked: Value = serde_json::from_str(&asked.body).unwrap();
        looker.open("/device?ui_locales=de").await;
        let code = asked["user_code"].as_str().unwrap();
        looker.browser.fill("user_code", code).await;
        looker.browser.click("#continue").await;
        looker.browser.find("#allow").await;
        looker.look_here("what a device asks").await;
        looker.browser.click(&format!("#{answer}")).await;
        looker.browser.find("p.lead[id]").await;
        looker.look_here("what a device was answered").await;
    }
}

/// She signs out, and the application is told of it by a frame.
async fn signing_out(looker: &Looker<'_>, town: &Town) {
    let callback = callback(town);
    looker.open(&authorize("desk", &callback, &[])).await;
    looker.browser.click("#allow").await;
    looker.browser.find("pre").await;
    let address = url::Url::parse(&looker.browser.address().await).unwrap();
    let (_, code) = address.query_pairs().find(|(name, _)| name == "code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", "desk"),
        ("redirect_uri", callback.as_str()),
        ("code_verifier", VERIFIER),
        ("code", &code),
    ];
    assert_eq!(town.browser().post("/token", &fields).await.status, 200);
    looker.look_at("/logout").await;
    looker.open("/logout?ui_locales=de").await;
    looker.browser.click("#continue").await;
    looker.browser.find("iframe").await;
    looker.look_here("signing out").await;
}

/// Where there are no passkeys, since the house has no name, nobody gets to where one is asked for.
async fn unreachable(browser: &Chromium) {
    let town = Town::with(|config| {
        let address = format!("http://127.0.0.1:{}", config.server.listen.port());
        config.server.issuer = address.parse().unwrap();
    })
    .await;
    town.person("rosa").await;
    let callback = callback(&town);
    town.create_client(town.new_client("desk", &callback)).await;
    let looker = Looker::new(browser, &town);
    let strictly = [("acr_values", "urn:doorward:acr:3")];
    looker.open(&authorize("desk", &callback, &strictly)).await;
    looker.say("rosa").await;
    looker.browser.find("main:not(:has(form))").await;
    looker.look_at(&looker.path().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_only_passes_is_accessible_and_fits_a_narrow_window() {
    let town = town().await;
    let browser = Chromium::start().await;
    let looker = Looker::new(&browser, &town);
    faults(&looker).await;
    new_account(&looker, &town).await;
    refused(&looker, &town).await;
    by_recovery_code(&looker, &town).await;
    devices(&looker, &town).await;
    signing_out(&looker, &town).await;
    newcomer(&looker, &town).await;
    first_factor(&looker, &town).await;
    unreachable(&browser).await;
    browser.close().await;
}

/// A town in which much waits for an administrator.
async fn busy_town(folder: &tempfile::TempDir) -> Town {
    let (blob, roots) = metadata(&Maker::new(LISTED), folder);
    let town = Town::with(|config| {
        config.mail.kept = true;
        config.oauth.registration = Registration::Token;
        config.signin.recovery_needs_two = RecoveryNeedsTwo::Everybody;
        config.passkeys.metadata_file = Some(blob);
        config.passkeys.metadata_roots_file = Some(roots);
    })
    .await;
    let (ada, max) = (reachable(&town, "ada").await, reachable(&town, "max").await);
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    give_rights(&town, max, "keeper", &[Right::PeopleManage]).await;
    town.register("desk", ClientAuthMethod::ClientSecretBasic, &callback(&town))
        .await;
    for (role, product) in [(None, LISTED), (Some("keeper"), OTHER)] {
        let mut op = town.op();
        let set = policy::set(
            &mut op,
            town.organisation,
            role,
            (ProductProof::Attested, &[id(product)]),
        )
        .await;
        op.conclude(set).await.unwrap().unwrap();
    }
    emergencies(&town, ada).await;
    let rosa = reachable(&town, "rosa").await;
    for _ in 0..2 {
        town.give_authenticator(rosa).await;
    }
    let mut op = Op::inside(&town.server.house, Actor::Person(max));
    let found = person::find(&mut op, rosa).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &found, "lost the phone", Delivery::Mail).await;
    let asked = op.conclude(asked).await.unwrap();
    assert!(matches!(asked, Ok(Asked::Waits(_))), "{asked:?}");
    town
}

/// An account for emergencies was used twice; one use is reviewed, the other waits.
async fn emergencies(town: &Town, keeper: PersonId) {
    let glass = town.person("glass").await;
    let mut op = town.op();
    let found = person::find(&mut op, glass).await.unwrap().unwrap();
    let marked = person::mark_break_glass(&mut op, &found, "the safe in the board room").await;
    marked.unwrap();
    op.commit().await.unwrap();
    for _ in 0..2 {
        let page = enter_password(&town.browser(), "glass", PASSWORD).await;
        assert!(is_signed_in(&page), "{}", page.text());
    }
    let mut op = Op::inside(&town.server.house, Actor::Person(keeper));
    let uses = break_glass::uses(&mut op, town.organisation).await.unwrap();
    let reviewed = break_glass::review(&mut op, town.organisation, uses[0].id, "it was the drill").await;
    op.conclude(reviewed).await.unwrap().unwrap();
}

/// A secret is shown once.
async fn secret(looker: &Looker<'_>) {
    looker.open("/admin/clients/desk?ui_locales=de").await;
    looker.browser.fill("days", "30").await;
    looker.browser.click("#secret").await;
    looker.browser.find("p#secret").await;
    looker.look_here("a new secret").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_is_accessible_where_something_waits_too() {
    let folder = tempfile::tempdir().unwrap();
    let town = busy_town(&folder).await;
    let late = clients::waiting(&town).await;
    let person = format!("/admin/people/{}", town.id_of("rosa").await);
    let browser = Chromium::start().await;
    let looker = Looker::new(&browser, &town);
    looker.sign_in("ada").await;
    looker.browser.find("#sign-out").await;
    for (path, shows) in [
        ("/admin/break-glass", "[id^=unmark-]"),
        ("/admin/passkeys", "button[value=clear]"),
        (person.as_str(), "#take-back"),
        (&format!("{person}/help"), "#agree"),
        ("/admin/clients", "#waiting"),
        (&format!("/admin/clients/{late}"), "#approve"),
    ] {
        looker.look_at(path).await;
        assert!(browser.has(shows).await, "{path}: {}", browser.text().await);
    }
    secret(&looker).await;
    browser.close().await;
}
