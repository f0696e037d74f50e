//! Every page at an address of its own, looked at: no violation of accessibility in the light and in the dark, on the phone and on
//! the desktop, and nothing to scroll sideways in any language. A page that is new and forgotten here fails the test.

use std::collections::BTreeSet;

use doorward::access;
use doorward::domain::{ApplicationId, ClientAuthMethod, Right};
use doorward::enrolment::{self, Delivery};
use doorward::factor::recovery;
use doorward::http::Access;
use doorward::signin::setup;
use doorward::{mail, person, policy, server};
use serde_json::json;

use super::chromium::Chromium;
use crate::admin::give_rights;
use crate::admin::reach::{furnish, query};
use crate::signin::{PASSWORD, SECRET, Town, enter_password, is_signed_in};

/// What answers without a page of its own.
pub(super) const NO_PAGES: [(&str, &str); 21] = [
    ("/access/v1/changes", "JSON"),
    ("/access/v1/resources/{type}", "JSON"),
    ("/access/v1/resources/{type}/{id}", "JSON"),
    ("/.well-known/authzen-configuration", "JSON"),
    ("/.well-known/oauth-authorization-server", "JSON"),
    ("/.well-known/oauth-protected-resource", "JSON"),
    ("/.well-known/oauth-protected-resource/admin/v1", "JSON"),
    ("/.well-known/oauth-protected-resource/userinfo", "JSON"),
    ("/.well-known/openid-configuration", "JSON"),
    ("/.well-known/passkey-endpoints", "JSON"),
    ("/.well-known/webauthn", "JSON"),
    ("/jwks", "JSON"),
    ("/livez", "one word"),
    ("/readyz", "one word"),
    ("/static/{fingerprint}/{*path}", "files"),
    ("/authorize", "leads to a sign-in, consent or the application"),
    ("/consent/{continuation}", "leads back to the question"),
    ("/signin", "leads to a sign-in"),
    ("/session/check", "a frame that shows nothing"),
    ("/register/{client_id}", "JSON"),
    ("/userinfo", "JSON"),
];

/// Pages to which no address alone leads, and where they are looked at.
const ELSEWHERE: [(&str, &str); 5] = [
    ("/logout", "its question: `journey::on_the_way`"),
    (
        "/authorize/continue",
        "the question of consent: `journey::on_the_way` and `journey::main_job`",
    ),
    ("/device/continue", "`journey::on_the_way`"),
    (
        "/signin/{id}/create",
        "accounts are made by configuration only: `journey::on_the_way`",
    ),
    ("/reset-password/{id}", "each step: `enrolment::look`"),
];

/// Widths of windows: the narrowest that is asked for (WCAG 2.2 criterion 1.4.10), a phone, a desktop.
const NARROWEST: u32 = 320;
const PHONE: u32 = 390;
const DESKTOP: u32 = 1_280;

/// Who looks at pages of one town.
pub(super) struct Looker<'a> {
    pub(super) browser: &'a Chromium,
    pub(super) issuer: String,
    looked: BTreeSet<String>,
}

impl<'a> Looker<'a> {
    pub(super) fn new(browser: &'a Chromium, town: &Town) -> Self {
        Self {
            browser,
            issuer: town.server.issuer.clone(),
            looked: BTreeSet::new(),
        }
    }

    /// Looks at the page of a route at this path.
    async fn look(&mut self, route: &str, path: &str) {
        self.look_at(path).await;
        self.looked.insert(route.to_owned());
    }

    /// Looks at what a path answers.
    pub(super) async fn look_at(&self, path: &str) {
        let query = if path.contains('?') { '&' } else { '?' };
        for language in ["de", "tr", "en"] {
            let address = format!("{}{path}{query}ui_locales={language}", self.issuer);
            self.browser.open(&address).await;
            self.browser.find("h1").await;
            assert_eq!(
                self.browser.attributes("html", "lang").await,
                [language],
                "{path}"
            );
            self.fits(&format!("{path} in {language}")).await;
            if language == "de" {
                let name = format!("{path} in {language}");
                self.browser.accessible(&name, "phone").await;
            }
        }
        self.is_accessible(path).await;
    }

    /// Looks at a page as it stands, which no address leads to again.
    pub(super) async fn look_here(&self, name: &str) {
        self.fits(name).await;
        self.is_accessible(name).await;
    }

    async fn fits(&self, name: &str) {
        for width in [NARROWEST, PHONE] {
            self.browser.widen(width).await;
            self.browser.fits(&format!("{name} at {width}")).await;
        }
    }

    async fn is_accessible(&self, name: &str) {
        for dark in [false, true] {
            self.browser.prefer(dark).await;
            for width in [PHONE, DESKTOP] {
                self.browser.widen(width).await;
                let name = format!("{name} at {width}, dark: {dark}");
                self.browser.accessible(&name, "page").await;
            }
        }
    }

    pub(super) async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.issuer)).await;
    }

    /// The path of the page at hand.
    pub(super) async fn path(&self) -> String {
        let address = self.browser.address().await;
        let path = address.strip_prefix(&self.issuer).unwrap();
        path.split('?').next().unwrap().to_owned()
    }

    pub(super) async fn sign_in(&self, name: &str) {
        self.open("/signin").await;
        self.say(name).await;
    }

    /// Says the name and the password.
    pub(super) async fn say(&self, name: &str) {
        self.browser.fill("username", name).await;
        self.browser.click("#continue").await;
        self.browser.fill("password", PASSWORD).await;
        self.browser.click("#continue").await;
        self.browser.find("main").await;
    }

    /// The path of the first link of a list.
    async fn first_link(&self, list: &str) -> String {
        self.open(list).await;
        let links = self
            .browser
            .attributes("main .rows a, main .rules a", "href")
            .await;
        links
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("nothing at {list}"))
    }
}

/// A town in which there is something to see everywhere.
async fn town() -> Town {
    let town = Town::with(|config| config.mail.kept = true).await;
    let back = "https://desk.example/back";
    town.register("desk", ClientAuthMethod::ClientSecretBasic, back)
        .await;
    for name in ["ada", "rosa", "ben"] {
        let id = town.person(name).await;
        town.give_address(id, &format!("{name}@northbeam.example"), true)
            .await;
        let page = enter_password(&town.browser(), name, PASSWORD).await;
        assert!(is_signed_in(&page), "{}", page.text());
    }
    let rosa = town.id_of("rosa").await;
    town.give_authenticator(rosa).await;
    let mut op = town.op();
    recovery::make(&mut op, rosa).await.unwrap();
    op.commit().await.unwrap();
    let cem = town.person("cem").await;
    let mut op = town.op();
    let found = person::find(&mut op, cem).await.unwrap().unwrap();
    let held = person::hold(&mut op, &found, Some("new-device"), "a test").await;
    held.unwrap();
    op.commit().await.unwrap();
    let ada = town.id_of("ada").await;
    give_rights(&town, ada, access::ADMINISTRATOR, Right::ALL).await;
    let mut op = town.op();
    let emea = access::NewGroup {
        organisation_id: town.organisation,
        kind: doorward::domain::GroupKind::Region,
        name: "emea".to_owned(),
        about: access::GroupAbout::titled("EMEA"),
    };
    access::create_group(&mut op, emea).await.unwrap();
    op.commit().await.unwrap();
    let when = json!({ "people": ["ben"] });
    let rule = json!({ "name": "Ben", "when": when, "then": { "do": "second_factor" } });
    crate::rule::add(&town, rule).await;
    let enrol = json!({ "do": "enrol", "factor": "any", "grace_days": 14 });
    crate::rule::add(&town, json!({ "name": "Ben soon", "when": when, "then": enrol })).await;
    town
}

/// The link of the newest letter of a kind.
pub(super) async fn linked(town: &Town, kind: &str) -> String {
    let mails = mail::list(&mut town.op()).await.unwrap();
    let letter = mails
        .into_iter()
        .find(|one| one.kind == kind)
        .unwrap()
        .letter
        .unwrap()
        .1;
    let start = format!("{}/", town.server.issuer);
    let line = letter.lines().find(|line| line.starts_with(&start)).unwrap();
    line.strip_prefix(&town.server.issuer).unwrap().to_owned()
}

async fn of_nobody(looker: &mut Looker<'_>, town: &Town) {
    looker.look("/", "/").await;
    looker.look("/logout/done", "/logout/done").await;
    looker.look("/reset-password", "/reset-password").await;
    looker.look("/setup/{token}", &setup_link(town).await).await;
    let ben = town.id_of("ben").await;
    let mut op = town.op();
    let found = person::find(&mut op, ben).await.unwrap().unwrap();
    let asked = enrolment::help(&mut op, &found, "known by voice", Delivery::Mail).await;
    assert!(asked.unwrap().is_ok());
    op.commit().await.unwrap();
    looker
        .look("/enrol/{token}", &linked(town, "recovery").await)
        .await;
    looker
        .look("/account/not-me/{token}", &linked(town, "recovery-begun").await)
        .await;
    looker.look("/demo/mail", "/demo/mail").await;
    let letter = looker.first_link("/demo/mail").await;
    looker.look("/demo/mail/{id}", &letter).await;
    looker.sign_in("rosa").await;
    let here = looker.path().await;
    looker.look("/signin/{id}", &here).await;
    looker
        .look("/signin/{id}/recovery", &format!("{here}/recovery"))
        .await;
    looker.open(&here).await;
    looker.browser.fill("code", &town.code(SECRET)).await;
    looker.browser.click("#continue").await;
    looker.browser.find("#sign-out").await;
}

async fn setup_link(town: &Town) -> String {
    let mut op = town.op();
    let link = setup::make_link(&mut op).await.unwrap();
    op.commit().await.unwrap();
    link
}

/// The pages of rosa's account.
async fn of_an_account(looker: &mut Looker<'_>) {
    for path in [
        "/account",
        "/account/password",
        "/account/authenticators",
        "/account/authenticators/add",
        "/account/passkeys",
        "/account/recovery-codes",
        "/account/email",
        "/account/language",
        "/account/sessions",
        "/account/access",
        "/account/access/why",
        "/account/applications",
        "/account/requests",
        "/account/activity",
        "/account/data",
        "/device",
    ] {
        looker.look(path, path).await;
    }
    let one = looker.first_link("/account/authenticators").await;
    looker.look("/account/authenticators/{id}", &one).await;
}

/// The pages of the console, for Ada.
async fn of_the_console(looker: &mut Looker<'_>, town: &Town) {
    looker.browser.driver.delete_all_cookies().await.unwrap();
    looker.sign_in("ada").await;
    for path in [
        "/admin",
        "/admin/rules",
        "/admin/rules/new",
        "/admin/rules/check",
        "/admin/rules/history",
        "/admin/roll-outs",
        "/admin/roll-outs/new",
        "/admin/people",
        "/admin/people/invite",
        "/admin/people/held",
        "/admin/access/why",
        "/admin/access/who",
        "/admin/coverage",
        "/admin/break-glass",
        "/admin/clients",
        "/admin/passkeys",
        "/admin/recovery",
    ] {
        looker.look(path, path).await;
    }
    looker
        .look(
            "/admin/rules/check",
            "/admin/rules/check?person=ben&client=desk&address=192.0.2.7",
        )
        .await;
    of_access(looker, town).await;
    let rule = looker.first_link("/admin/rules").await;
    looker.look("/admin/rules/{id}", &rule).await;
    looker
        .look("/admin/rules/{id}/replay", &format!("{rule}/replay"))
        .await;
    let revision = looker.first_link("/admin/rules/history").await;
    looker.look("/admin/rules/history/{revision}", &revision).await;
    let client = looker.first_link("/admin/clients").await;
    looker.look("/admin/clients/{id}", &client).await;
    let roll_out = looker.first_link("/admin/roll-outs").await;
    looker.look("/admin/roll-outs/{id}", &roll_out).await;
    let ben = format!("/admin/people/{}", town.id_of("ben").await);
    looker.look("/admin/people/{id}", &ben).await;
    let rosa = format!("/admin/people/{}", town.id_of("rosa").await);
    looker.look("/admin/people/{id}", &rosa).await;
    looker
        .look("/admin/people/{id}/help", &format!("{ben}/help"))
        .await;
}

/// Those about who may do what.
async fn of_access(looker: &mut Looker<'_>, town: &Town) {
    let application = furnish(town, town.id_of("ben").await).await;
    let asked = query(application, "americas");
    let explained = format!("/admin/access/why?person=ben&{asked}");
    looker.look("/admin/access/why", &explained).await;
    let able = format!("/admin/access/who?{}", asked.replace("americas", "emea"));
    looker.look("/admin/access/who", &able).await;
    for path in [
        "/admin/groups",
        "/admin/groups/new",
        "/admin/roles",
        "/admin/roles/new",
        "/admin/grants",
        "/admin/grants/new",
        "/admin/attributes",
        "/admin/attributes/new",
        "/admin/permissions",
        "/admin/applications/new",
        "/admin/policies",
        "/admin/policies/new",
    ] {
        looker.look(path, path).await;
    }
    of_application(looker, application).await;
    of_retired(looker, town, application).await;
    let group = looker.first_link("/admin/groups").await;
    looker.look("/admin/groups/{id}", &group).await;
    let role = looker.first_link("/admin/roles").await;
    looker.look("/admin/roles/{id}", &role).await;
    of_policies(looker, town).await;
    let ada = format!("/admin/people/{}/access", town.id_of("ada").await);
    looker.look("/admin/people/{id}/access", &ada).await;
}

/// An application and what it lets be done, with the question before a permission is removed.
async fn of_application(looker: &mut Looker<'_>, id: ApplicationId) {
    let one = format!("/admin/applications/{id}");
    looker.look("/admin/applications/{id}", &one).await;
    let new = format!("{one}/permissions/new");
    looker
        .look("/admin/applications/{id}/permissions/new", &new)
        .await;
    let route = "/admin/applications/{id}/permissions/{name}";
    let edit = format!("{one}/permissions/feedback%3Aedit");
    looker.look(route, &edit).await;
    looker.open(&edit).await;
    looker.browser.click("#remove").await;
    looker.browser.find("#confirm").await;
    looker
        .look_here("the question before a permission is removed")
        .await;
    looker
        .look(route, &format!("{one}/permissions/feedback%3Aread"))
        .await;
}

/// The question before an application is retired, and the page of one that is, which is brought back then.
async fn of_retired(looker: &mut Looker<'_>, town: &Town, id: ApplicationId) {
    let route = "/admin/applications/{id}";
    let one = format!("/admin/applications/{id}");
    looker.open(&one).await;
    looker.browser.click("#retire").await;
    looker.browser.find("#confirm").await;
    looker
        .look_here("the question before an application is retired")
        .await;
    let (mut op, of) = (town.op(), town.organisation);
    access::retire_application(&mut op, of, id, "To be looked at.")
        .await
        .unwrap();
    op.commit().await.unwrap();
    looker.look(route, &one).await;
    let (mut op, of) = (town.op(), town.organisation);
    access::restore_application(&mut op, of, id, "It was looked at.")
        .await
        .unwrap();
    op.commit().await.unwrap();
}

/// A policy as it is written, with an attribute that it reads.
async fn of_policies(looker: &mut Looker<'_>, town: &Town) {
    let mut op = town.op();
    let region = json!({ "name": "region", "title": "Region", "kind": "text" });
    let region = serde_json::from_value(region).unwrap();
    person::declare_attribute(&mut op, town.organisation, region)
        .await
        .unwrap();
    let values = json!({ "actions": ["feedback:read"] });
    let new = policy::NewPolicy {
        organisation_id: town.organisation,
        application: policy::application_meant(&mut op, town.organisation, None)
            .await
            .unwrap(),
        name: "own-territory".to_owned(),
        content: policy::fill("own-territory", values.as_object().unwrap()).unwrap(),
    };
    policy::draft(&mut op, new, "To be looked at.").await.unwrap();
    op.commit().await.unwrap();
    looker
        .look("/admin/attributes/{name}", "/admin/attributes/region")
        .await;
    looker
        .look("/admin/policies/{name}", "/admin/policies/own-territory")
        .await;
    for path in [
        "/admin/policies/own-territory/draft",
        "/admin/policies/own-territory/draft?by=hand",
    ] {
        looker.look("/admin/policies/{name}/draft", path).await;
    }
    let form = "/admin/policies/new?template=clearance";
    looker.look("/admin/policies/new", form).await;
}

/// Addresses of routes that a browser gets pages from.
pub(super) fn routes() -> BTreeSet<String> {
    let all = server::routes().into_iter();
    let by_people = all.filter(|route| {
        route.method == "GET" && !matches!(route.access, Access::TokenRight(_) | Access::TokenDelegated(_))
    });
    by_people.map(|route| route.path.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_accessible_in_the_light_and_in_the_dark_and_fits_a_narrow_window() {
    let town = town().await;
    let browser = Chromium::start().await;
    let mut looker = Looker::new(&browser, &town);
    of_nobody(&mut looker, &town).await;
    of_an_account(&mut looker).await;
    of_the_console(&mut looker, &town).await;
    let known = NO_PAGES.iter().chain(&ELSEWHERE);
    let known: BTreeSet<String> = known.map(|(path, _)| (*path).to_owned()).collect();
    let forgotten: Vec<String> = routes()
        .into_iter()
        .filter(|path| !looker.looked.contains(path) && !known.contains(path))
        .collect();
    assert!(forgotten.is_empty(), "nobody has looked at {forgotten:?}");
    let gone: Vec<&String> = known.iter().filter(|path| !routes().contains(*path)).collect();
    assert!(gone.is_empty(), "no such routes: {gone:?}");
    browser.close().await;
}
