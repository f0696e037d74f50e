//! Which products people may add as passkeys and security keys: all, or those of a list, of the organisation and of its roles.

use axum::response::Response;
use http::StatusCode;

use super::fields::{Field, Group, Kind};
use super::names::Names;
use super::right::{May, MayNow, RulesManage, RulesRead};
use crate::domain::{Aaguid, OrganisationId, Right};
use crate::factor::passkey::policy::{self, List, ListRefusal};
use crate::http::{Form, Frame, Inquiry, Submission, Text, Visit, page, see_other};
use crate::op::{Op, OpError};

pub(super) const HERE: &str = "/admin/passkeys";

/// Before the name of the field of a product.
const PRODUCT: &str = "product_";

#[derive(Debug, askama::Template)]
#[template(path = "admin/passkeys.html")]
struct PasskeysPage {
    frame: Frame,
    done: String,
    wrong: String,
    /// Whether the operator's metadata name any product.
    known: bool,
    lists: Vec<Shown>,
    may_change: bool,
    form: Vec<Group>,
}

#[derive(Debug)]
struct Shown {
    role: String,
    whose: String,
    products: String,
    href: String,
}

/// What is asked for by the address or a form: the list of a role, or of everybody (empty), and what went wrong with it.
#[derive(Debug, Default)]
struct Wanted {
    role: String,
    /// What was ticked, in place of what the list has.
    ticked: Option<Vec<Aaguid>>,
    done: String,
    wrong: String,
}

/// `GET /admin/passkeys`, with `role` the list that the form begins with.
pub(super) async fn show(may: May<RulesRead>, Inquiry { visit, query }: Inquiry) -> Response {
    let done = match query.get("done") {
        Some("set") => visit.text.get("admin-passkeys-done-set"),
        Some("cleared") => visit.text.get("admin-passkeys-done-cleared"),
        _ => String::new(),
    };
    let role = query.get("role").unwrap_or_default().to_owned();
    let wanted = Wanted {
        role,
        done,
        ..Wanted::default()
    };
    render(&visit, &may, wanted).await
}

async fn render<R>(visit: &Visit, may: &May<R>, wanted: Wanted) -> Response {
    let mut op = may.op(visit);
    let status = if wanted.wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    match template(&mut op, visit, may, wanted).await {
        Ok(template) => page(status, &template),
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn template<R>(
    op: &mut Op,
    visit: &Visit,
    may: &May<R>,
    wanted: Wanted,
) -> Result<PasskeysPage, OpError> {
    let text = &visit.text;
    let names = Names::of(op, may.organisation_id()).await?;
    let lists = policy::lists(op, may.organisation_id()).await?;
    let products = policy::products(op);
    let shown = lists.iter().map(|list| {
        let role = list.role.clone().unwrap_or_default();
        let called = list.aaguids.iter().map(|aaguid| name_of(&products, *aaguid));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("role", &role)
            .finish();
        Shown {
            whose: whose(text, &names, &role),
            products: called.collect::<Vec<_>>().join(", "),
            href: format!("{HERE}?{query}#list"),
            role,
        }
    });
    Ok(PasskeysPage {
        frame: may.frame(op, visit, "admin-passkeys-title").await?,
        known: !products.is_empty(),
        lists: shown.collect(),
        may_change: may.also_has(op, Right::RulesManage).await?,
        form: vec![form(text, &names, (&products, &lists), &wanted)],
        done: wanted.done,
        wrong: wanted.wrong,
    })
}

type Products = [(Aaguid, String, bool)];

fn name_of(products: &Products, aaguid: Aaguid) -> String {
    let found = products.iter().find(|(one, ..)| *one == aaguid);
    found.map_or_else(|| aaguid.to_string(), |(_, name, _)| name.clone())
}

fn whose(text: &Text, names: &Names, role: &str) -> String {
    if role.is_empty() {
        text.get("admin-passkeys-everybody")
    } else {
        names.role(role).to_owned()
    }
}

/// Products in the order of their names, those of the list ticked. One that has fallen cannot be listed, and is not offered.
fn form(text: &Text, names: &Names, (products, lists): (&Products, &[List]), wanted: &Wanted) -> Group {
    let list = lists
        .iter()
        .find(|list| list.role.as_deref().unwrap_or_default() == wanted.role);
    let listed = list.map(|list| list.aaguids.as_slice()).unwrap_or_default();
    let ticked = wanted.ticked.as_deref().unwrap_or(listed);
    let mut sound: Vec<_> = products.iter().filter(|(.., fallen)| !fallen).collect();
    sound.sort_by_key(|(_, name, _)| name.to_lowercase());
    let boxes = sound.into_iter().map(|(aaguid, name, _)| {
        (
            format!("{PRODUCT}{aaguid}"),
            name.clone(),
            ticked.contains(aaguid),
        )
    });
    let everybody = (
        String::new(),
        text.get("admin-passkeys-everybody"),
        wanted.role.is_empty(),
    );
    let roles = names
        .role_words()
        .map(|(word, title)| (word.to_owned(), title.to_owned(), wanted.role == word));
    let field = |name: &str, label: &str, kind: Kind| Field::of(text, name, (label, ""), kind);
    let choices = std::iter::once(everybody).chain(roles).collect();
    Group {
        legend: text.get("admin-passkeys-list"),
        hint: text.get("admin-passkeys-list-hint"),
        fields: vec![
            field("role", "admin-passkeys-whose", Kind::Choice(choices)),
            field(
                "products",
                "admin-passkeys-products",
                Kind::Boxes(boxes.collect()),
            ),
        ],
    }
}

/// `POST /admin/passkeys`, field `act`: `set` (with `role`, `product_…`), `clear` (with `role`).
pub(super) async fn act(may: MayNow<RulesManage>, Submission { visit, form }: Submission) -> Response {
    let role = form.get("role").unwrap_or_default().to_owned();
    let (products, word) = match form.get("act") {
        Some("set") => (ticked(&form), "set"),
        Some("clear") => (Vec::new(), "cleared"),
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let wrong = |key: &str| Wanted {
        role: role.clone(),
        ticked: Some(products.clone()),
        wrong: visit.text.get(key),
        ..Wanted::default()
    };
    // An empty list would let all products in: that has a button of its own.
    if word == "set" && products.is_empty() {
        return render(&visit, &may, wrong("admin-passkeys-wrong-empty")).await;
    }
    let mut op = may.op(&visit);
    let done = set(&mut op, may.organisation_id(), &role, &products).await;
    match op.conclude(done).await {
        Ok(Ok(())) => see_other(&format!("{HERE}?done={word}")),
        Ok(Err(ListRefusal::NoRole)) => render(&visit, &may, wrong("admin-passkeys-wrong-role")).await,
        Ok(Err(ListRefusal::LockedOut(whom))) => {
            let sentence = super::rule_words::locked_out(&visit.text, whom);
            render(
                &visit,
                &may,
                Wanted {
                    wrong: sentence,
                    ..wrong("")
                },
            )
            .await
        }
        Ok(Err(ListRefusal::ChangedMeanwhile)) => {
            render(&visit, &may, wrong("admin-passkeys-wrong-meanwhile")).await
        }
        Ok(Err(ListRefusal::Unknown(_))) => render(&visit, &may, wrong("admin-passkeys-wrong-product")).await,
        Err(fault) => visit.fault_page(&fault),
    }
}

async fn set(
    op: &mut Op,
    organisation: OrganisationId,
    role: &str,
    products: &[Aaguid],
) -> Result<Result<(), ListRefusal>, OpError> {
    let role = Some(role).filter(|role| !role.is_empty());
    policy::set(op, organisation, role, products).await
}

fn ticked(form: &Form) -> Vec<Aaguid> {
    let names = form.pairs().map(|(name, _)| name);
    let products = names.filter_map(|name| name.strip_prefix(PRODUCT));
    products.filter_map(Aaguid::parse).collect()
}
