//! A new person in the demonstration: invited by mail, makes a passkey, signs in with it from the field of the name, loses it, and comes back
//! with help.

use super::chromium::Chromium;
use super::console::sign_in_at;
use super::demo::Demo;
use super::passkey::Device;

/// In the console: somebody new gets a mail.
async fn invite(console: &Chromium, demo: &Demo) {
    console
        .open(&format!("{}/admin/people/invite", demo.issuer()))
        .await;
    console.fill("username", "kim").await;
    console.fill("name", "Kim Aydin").await;
    console.fill("email", "kim@northbeam.example").await;
    console.click("#department option[value=support]").await;
    console.look("newcomer-1-invite").await;
    console.click("#send").await;
    console.find(".notice.success").await;
}

/// Opens the newest mail that leads to an enrolment, and follows its link: what its owner is told with it is of the same moment, and may
/// stand above it.
async fn follow_mail(browser: &Chromium, demo: &Demo, picture: &str) {
    browser.open(&format!("{}/demo/mail", demo.issuer())).await;
    browser.find(".rows a").await;
    for mail in browser.attributes(".rows a", "href").await {
        browser.open(&format!("{}{mail}", demo.issuer())).await;
        if browser.has("a.letter[href*='/enrol/']").await {
            browser.look(picture).await;
            browser.click("a.letter").await;
            browser.click("#begin").await;
            return;
        }
    }
    panic!("no such mail: {}", browser.text().await);
}

/// In the console: they are helped, with a reason.
async fn help(console: &Chromium, demo: &Demo) {
    console
        .open(&format!("{}/admin/people?name=kim", demo.issuer()))
        .await;
    console.click(".rows a[href*='/admin/people/']").await;
    console.find("#help").await;
    console.look("newcomer-5-person").await;
    console.click("#help").await;
    console.fill("reason", "Lost the phone; known by voice").await;
    console.look("newcomer-5-help").await;
    console.click("#ask").await;
    console.find(".notice.success").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_makes_a_passkey_loses_it_and_comes_back_with_help() {
    let demo = Demo::start().await;
    let console = Chromium::start().await;
    let person = demo.person("administrator", "Northbeam").clone();
    sign_in_at(&console, &demo, &person).await;
    invite(&console, &demo).await;

    let browser = Chromium::start().await;
    let device = Device::new(&browser).await;
    follow_mail(&browser, &demo, "newcomer-2-mail").await;
    browser.find("#use-passkey").await;
    browser.look("newcomer-3-passkey").await;
    browser.click("#use-passkey").await;
    browser.find("#sign-in").await;
    // The next visit: the browser offers it in the field of the name, and nothing is typed.
    device.touched(false).await;
    browser.open(&format!("{}/signin", demo.issuer())).await;
    browser.find("#use-passkey").await;
    browser.look("newcomer-4-field").await;
    device.touched(true).await;
    browser.open(&format!("{}/signin", demo.issuer())).await;
    browser.find("#sign-out").await;
    browser.click("#sign-out").await;
    browser.find(".lead").await;

    device.forget_all().await;
    help(&console, &demo).await;
    follow_mail(&browser, &demo, "newcomer-6-mail").await;
    browser.find("#use-passkey").await;
    browser.click("#use-passkey").await;
    browser.find("#sign-in").await;
    browser.open(&format!("{}/signin", demo.issuer())).await;
    browser.find("#sign-out").await;
    let told = demo.run(&["audit", "list"]);
    let story = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(story.contains("kim"), "{story}");
    browser.close().await;
    console.close().await;
}
