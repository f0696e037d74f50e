//! What a person's browser sends to pages of ours that ask: a device's code, consent, the question of a sign-out, requests that
//! wait. A form that was not made for this browser changes nothing, and no answer leads away from us.

use std::time::Duration;

use doorward::client::NewClient;
use doorward::config::Config;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{Request, StatusCode};

use super::super::stage::{AFTER_LOGOUT, Answer, Stage, new_client};
use super::super::{ciba, consent, device};
use super::browsers::astray;
use super::{Case, Expected, FINE, LONG, Pairs, Row, cases, patient, row, text};

/// A page says that the value is of no use.
const BAD: Expected = "bad";
/// A page says that the form was made for somebody else, or too long ago.
const STALE: Expected = "stale";

const TOKEN: Row = Row {
    twice: BAD,
    ..row("form_token", STALE, STALE)
};

const fn field(name: &'static str, absent: Expected, wrong: Expected) -> Row {
    Row {
        twice: BAD,
        ..row(name, absent, wrong)
    }
}

fn careless(config: &mut Config) {
    patient(config);
    for limit in [
        &mut config.limits.user_codes_per_address,
        &mut config.limits.user_codes_per_person,
        &mut config.limits.user_codes_of_strangers,
    ] {
        limit.burst = 100_000;
    }
}

async fn send(stage: &Stage, path: &str, cookies: &str, body: &str) -> Answer {
    let request = Request::post(path)
        .header("cookie", cookies)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    stage.send(request.body(body.to_owned().into()).unwrap()).await
}

/// What is wrong with the answer to a person.
fn fault(answer: &Answer, expected: Expected) -> Option<String> {
    let location = answer.headers.get(LOCATION).map(|to| to.to_str().unwrap());
    let status = answer.status.as_u16();
    let right = match expected {
        FINE => status == 200 || (status == 303 && location.is_some_and(|to| to.starts_with('/'))),
        STALE => status == 403 && location.is_none(),
        // What cannot be read at all is told by the table as it is to programs.
        _ => status == 400 && location.is_none(),
    };
    if !right {
        return Some(format!("{expected:?} expected, {status} {location:?}"));
    }
    let is_page = location.is_some()
        || answer.headers[CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/html");
    (!is_page).then(|| "no page".to_owned())
}

/// All bad values of these fields, posted to a page.
async fn faults(stage: &Stage, (path, cookies): (&str, &str), rows: &[Row], good: &Pairs) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        for Case { way, body, expected } in cases(good, row) {
            let answer = send(stage, path, cookies, &body).await;
            let fault = fault(&answer, expected);
            faults.extend(fault.map(|fault| format!("{path} {} {way}: {fault}", row.name)));
        }
    }
    faults
}

/// All bad values of one parameter of a link.
async fn faults_of_link(stage: &Stage, (path, cookies): (&str, &str), row: &Row) -> Vec<String> {
    let mut faults = Vec::new();
    for Case { way, body, expected } in cases(&Vec::new(), row) {
        let answer = stage.get(&format!("{path}?{body}"), cookies).await;
        let fault = fault(&answer, expected);
        faults.extend(fault.map(|fault| format!("{path} {} {way}: {fault}", row.name)));
    }
    faults
}

fn pairs<const N: usize>(fields: [(&'static str, &str); N]) -> Pairs {
    fields.map(|(name, value)| (name, value.to_owned())).to_vec()
}

fn encoded(good: &Pairs) -> String {
    let pairs: Vec<(&str, &str)> = good.iter().map(|(name, value)| (*name, value.as_str())).collect();
    super::super::stage::encoded(&pairs)
}

/// Ids of continuations that are none of this browser's.
fn strange_ids(other: &str) -> [String; 5] {
    let nobody = "0190a0b0-0000-7000-8000-000000000000";
    ["x", nobody, "a%00b", other, &"x".repeat(LONG)].map(str::to_owned)
}

#[tokio::test]
async fn of_a_code_of_a_device() {
    let stage = device::stage_with(careless).await;
    let code = device::ask(&stage, "television", "openid f:read")
        .await
        .text("user_code");
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get("/device", &cookie).await;
    let cookies = format!("{cookie}; {}", page.cookies());
    let good = pairs([("form_token", &page.hidden("form_token")), ("user_code", &code)]);
    let rows = [TOKEN, field("user_code", BAD, BAD)];
    let mut found = faults(&stage, ("/device", &cookies), &rows, &good).await;
    // Whatever is in a link is filled in if it is a code, and nothing else is.
    let filled = Row {
        twice: BAD,
        ..text("user_code", FINE)
    };
    found.extend(faults_of_link(&stage, ("/device", &cookies), &filled).await);
    let back = field("continuation", BAD, BAD);
    found.extend(faults_of_link(&stage, ("/device/continue", &cookies), &back).await);
    assert!(found.is_empty(), "{found:#?}");
    // A form is of no use in another browser.
    let (_, other) = stage.signed_in(stage.ada).await;
    let elsewhere = send(&stage, "/device", &other, &encoded(&good)).await;
    assert_eq!(fault(&elsewhere, STALE), None);
    let entered = send(&stage, "/device", &cookies, &encoded(&good)).await;
    assert_eq!(fault(&entered, FINE), None, "nothing was used up");
}

/// A question that is open in a browser: the path of its form, its fields, its cookies.
struct Open {
    path: String,
    good: Pairs,
    cookies: String,
}

impl Open {
    fn of(page: &Answer, begin: &str, cookies: String) -> Self {
        let (_, rest) = page.body.split_once(&format!("action=\"{begin}/")).unwrap();
        let token = page.hidden("form_token");
        Self {
            path: format!("{begin}/{}", rest.split('"').next().unwrap()),
            good: pairs([("form_token", &token), ("decision", "allow")]),
            cookies,
        }
    }

    async fn of_device(stage: &Stage) -> Self {
        let code = device::ask(stage, "television", "openid f:read")
            .await
            .text("user_code");
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let page = stage.get("/device", &cookie).await;
        let cookies = format!("{cookie}; {}", page.cookies());
        let token = page.hidden("form_token");
        let fields = [("form_token", token.as_str()), ("user_code", &code)];
        let entered = stage.post("/device", &cookies, &fields).await;
        let question = stage.get(entered.location(), &cookies).await;
        Self::of(&question, "/device", cookies)
    }

    async fn of_consent(stage: &Stage) -> Self {
        let (_, cookie) = stage.signed_in(stage.ada).await;
        let answer = stage.get(&Stage::request(consent::ASK), &cookie).await;
        let cookies = format!("{}; {cookie}", answer.cookies());
        let page = stage.get(answer.location(), &cookies).await;
        Self::of(&page, "/consent", cookies)
    }

    async fn answered(&self, stage: &Stage) -> Answer {
        send(stage, &self.path, &self.cookies, &encoded(&self.good)).await
    }

    /// What must be refused of any question, with another one of the same kind.
    async fn refuses(&self, stage: &Stage, other: &Self) {
        let rows = [TOKEN, field("decision", BAD, BAD)];
        let mut found = faults(stage, (&self.path, &self.cookies), &rows, &self.good).await;
        let (begin, id) = other.path.rsplit_once('/').unwrap();
        for id in strange_ids(id) {
            let path = format!("{begin}/{id}");
            let answer = send(stage, &path, &self.cookies, &encoded(&self.good)).await;
            found.extend(fault(&answer, BAD).map(|fault| format!("{path}: {fault}")));
        }
        // The form of this browser with the cookies of another, and the other way round.
        let strange = send(stage, &self.path, &other.cookies, &encoded(&self.good)).await;
        found.extend(fault(&strange, STALE));
        let strange = send(stage, &self.path, &other.cookies, &encoded(&other.good)).await;
        found.extend(fault(&strange, BAD));
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[tokio::test]
async fn of_the_question_for_a_device() {
    let stage = device::stage_with(careless).await;
    let (one, other) = (Open::of_device(&stage).await, Open::of_device(&stage).await);
    one.refuses(&stage, &other).await;
    let allowed = one.answered(&stage).await;
    assert_eq!(allowed.status, StatusCode::OK, "nothing was used up: {allowed:?}");
    assert_eq!(fault(&one.answered(&stage).await, BAD), None, "used twice");
    stage.advance(Duration::from_mins(10));
    assert_eq!(fault(&other.answered(&stage).await, BAD), None, "expired");
}

#[tokio::test]
async fn of_the_question_of_consent() {
    let mut stage = Stage::with(careless).await;
    let careful = NewClient {
        consent_required: true,
        ..new_client(&stage, "careful")
    };
    stage.register(careful).await;
    let (one, other) = (Open::of_consent(&stage).await, Open::of_consent(&stage).await);
    one.refuses(&stage, &other).await;
    let back = field("continuation", BAD, BAD);
    let at = ("/authorize/continue", one.cookies.as_str());
    let mut found = faults_of_link(&stage, at, &back).await;
    // A page that was kept: what is no id is nothing, and that of another browser leads nowhere.
    let missing = stage.get("/consent/x", &one.cookies).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let strange = stage.get(&other.path, &one.cookies).await;
    let led = stage.get(strange.location(), &one.cookies).await;
    found.extend(fault(&led, BAD));
    assert!(found.is_empty(), "{found:#?}");
    let allowed = one.answered(&stage).await;
    assert!(allowed.parameter("code").is_some(), "nothing was used up");
    assert_eq!(fault(&one.answered(&stage).await, BAD), None, "used twice");
    stage.advance(Duration::from_hours(24));
    let late = other.answered(&stage).await;
    assert!(
        late.headers
            .get(LOCATION)
            .is_none_or(|to| to.to_str().unwrap().starts_with('/')),
        "expired: {late:?}"
    );
}

#[tokio::test]
async fn of_the_question_of_a_sign_out() {
    let stage = Stage::with(careless).await;
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get("/logout", &cookie).await;
    let visitor = page.cookies();
    let cookies = format!("{cookie}; {visitor}");
    let good = pairs([
        ("form_token", &page.hidden("form_token")),
        ("client_id", "desk"),
        ("post_logout_redirect_uri", AFTER_LOGOUT),
        ("state", "state of a test"),
    ]);
    let harmless = |name| Row {
        twice: BAD,
        ..text(name, FINE)
    };
    let rows = [
        TOKEN,
        field("client_id", BAD, BAD),
        field("post_logout_redirect_uri", FINE, BAD),
        harmless("state"),
        harmless("id_token_hint"),
    ];
    let mut found = Vec::new();
    for row in &rows {
        for Case { way, body, expected } in cases(&good, row) {
            // One that does no harm signs out: by a browser in which nobody is signed in.
            let who = if expected == FINE { &visitor } else { &cookies };
            let answer = send(&stage, "/logout/confirm", who, &body).await;
            let led = astray(&answer).map(str::to_owned);
            let fault = match expected {
                FINE if answer.status == StatusCode::SEE_OTHER => led,
                _ => fault(&answer, expected).or(led),
            };
            found.extend(fault.map(|fault| format!("{} {way}: {fault}", row.name)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    let still = stage.get(&Stage::request(&[]), &cookie).await;
    assert!(still.parameter("code").is_some(), "nobody was signed out");
    let (_, other) = stage.signed_in(stage.ada).await;
    let elsewhere = send(&stage, "/logout/confirm", &other, &encoded(&good)).await;
    assert_eq!(fault(&elsewhere, STALE), None);
    let out = send(&stage, "/logout/confirm", &cookies, &encoded(&good)).await;
    assert_eq!(out.location(), format!("{AFTER_LOGOUT}?state=state+of+a+test"));
}

#[tokio::test]
async fn of_requests_that_wait_for_a_person() {
    let path = "/account/requests";
    let stage = ciba::stage_with(careless).await;
    assert_eq!(ciba::ask(&stage, "hotline", &[]).await.status, StatusCode::OK);
    let (_, cookie) = stage.signed_in(stage.ada).await;
    let page = stage.get(path, &cookie).await;
    let cookies = format!("{cookie}; {}", page.cookies());
    let (token, id) = (page.hidden("form_token"), page.hidden("request"));
    let good = pairs([
        ("form_token", token.as_str()),
        ("request", &id),
        ("decision", "allow"),
    ]);
    let rows = [TOKEN, field("request", BAD, BAD), field("decision", BAD, BAD)];
    let mut found = faults(&stage, (path, &cookies), &rows, &good).await;
    let code = pairs([
        ("form_token", token.as_str()),
        ("decision", "set"),
        ("user_code", "seven green"),
    ]);
    let typed = Row {
        // It is as good as any other code.
        object: FINE,
        ..field("user_code", BAD, BAD)
    };
    let rows = [TOKEN, field("decision", BAD, BAD), typed];
    found.extend(faults(&stage, ("/account/requests/code", &cookies), &rows, &code).await);
    assert!(found.is_empty(), "{found:#?}");
    // Somebody else, who knows which it is.
    let (_, strange) = stage.signed_in(stage.stranger().await).await;
    let theirs = stage.get(path, &strange).await;
    let strange = format!("{strange}; {}", theirs.cookies());
    let own = pairs([
        ("form_token", &theirs.hidden("form_token")),
        ("request", &id),
        ("decision", "allow"),
    ]);
    let refused = send(&stage, path, &strange, &encoded(&own)).await;
    assert_eq!(fault(&refused, BAD), None, "another person's");
    let allowed = send(&stage, path, &cookies, &encoded(&good)).await;
    assert_eq!(allowed.location(), path, "nothing was used up");
    let again = send(&stage, path, &cookies, &encoded(&good)).await;
    assert_eq!(fault(&again, BAD), None, "used twice");
}
