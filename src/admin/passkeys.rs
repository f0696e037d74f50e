//! Which products people may add as passkeys and security keys: all, or those of a list, of the organisation and of its roles.

use axum::response::Response;
use http::StatusCode;

use super::names::Names;
use super::right::{May, MayNow, RulesManage, RulesRead};
use crate::domain::{Aaguid, OrganisationId, ProductProof, Right};
use crate::factor::passkey::policy::{self, List, ListRefusal, Product};
use crate::http::fields::{Field, Group, Kind};
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
    /// Whether the operator's metadata name any product, so that makers' words can be checked.
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
    proof: String,
    href: String,
}

/// What is asked for by the address or a form: the list of a role, or of everybody (empty), and what went wrong with it.
#[derive(Debug, Default)]
struct Wanted {
    role: String,
    /// What was ticked, in place of what the list has.
    ticked: Option<(ProductProof, Vec<Aaguid>)>,
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
            proof: text.get(proof_key(list.proof)),
            href: format!("{HERE}?{query}#list"),
            role,
        }
    });
    Ok(PasskeysPage {
        frame: may.frame(op, visit, "admin-passkeys-title").await?,
        known: products.iter().any(|one| one.attestable),
        lists: shown.collect(),
        may_change: may.powers().has(Right::RulesManage),
        form: vec![form(text, &names, (&products, &lists), &wanted)],
        done: wanted.done,
        wrong: wanted.wrong,
    })
}

fn name_of(products: &[Product], aaguid: Aaguid) -> String {
    let found = products.iter().find(|one| one.aaguid == aaguid);
    found.map_or_else(|| aaguid.to_string(), |one| one.name.clone())
}

const fn proof_key(proof: ProductProof) -> &'static str {
    match proof {
        ProductProof::Attested => "admin-passkeys-attested",
        ProductProof::Claimed => "admin-passkeys-claimed",
    }
}

fn whose(text: &Text, names: &Names, role: &str) -> String {
    if role.is_empty() {
        text.get("admin-passkeys-everybody")
    } else {
        names.role(role).to_owned()
    }
}

/// Products in the order of their names, those of the list ticked. One that has fallen cannot be listed, and is not offered.
fn form(text: &Text, names: &Names, (products, lists): (&[Product], &[List]), wanted: &Wanted) -> Group {
    let list = lists
        .iter()
        .find(|list| list.role.as_deref().unwrap_or_default() == wanted.role);
    let attestable = products.iter().any(|one| one.attestable);
    let fallback = if attestable {
        ProductProof::Attested
    } else {
        ProductProof::Claimed
    };
    let listed = list.map(|list| (list.proof, list.aaguids.clone()));
    let (proof, ticked) = wanted.ticked.clone().or(listed).unwrap_or((fallback, Vec::new()));
    let sound = products.iter().filter(|one| !one.fallen);
    let boxes = sound.map(|one| {
        let label = if one.attestable {
            one.name.clone()
        } else {
            text.get_with("admin-passkeys-only-claims", "product", &one.name)
        };
        (
            format!("{PRODUCT}{}", one.aaguid),
            label,
            ticked.contains(&one.aaguid),
        )
    });
    let proofs = ProductProof::ALL
        .iter()
        .map(|&one| (one.as_str().to_owned(), text.get(proof_key(one)), one == proof));
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
            Field::of(
                text,
                "proof",
                ("admin-passkeys-proof", "admin-passkeys-proof-hint"),
                Kind::Choice(proofs.collect()),
            ),
            field(
                "products",
                "admin-passkeys-products",
                Kind::Boxes(boxes.collect()),
            ),
        ],
        folded: false,
    }
}

/// `POST /admin/passkeys`, field `act`: `set` (with `role`, `proof`, `product_…`), `clear` (with `role`).
pub(super) async fn act(may: MayNow<RulesManage>, Submission { visit, form }: Submission) -> Response {
    let role = form.get("role").unwrap_or_default().to_owned();
    let proof = form.get("proof").and_then(ProductProof::parse);
    let proof = proof.unwrap_or(ProductProof::Attested);
    let (products, word) = match form.get("act") {
        Some("set") => (ticked(&form), "set"),
        Some("clear") => (Vec::new(), "cleared"),
        _ => return visit.status_page(StatusCode::BAD_REQUEST),
    };
    let wrong = |key: &str| Wanted {
        role: role.clone(),
        ticked: Some((proof, products.clone())),
        wrong: visit.text.get(key),
        ..Wanted::default()
    };
    // An empty list would let all products in: that has a button of its own.
    if word == "set" && products.is_empty() {
        return render(&visit, &may, wrong("admin-passkeys-wrong-empty")).await;
    }
    let mut op = may.op(&visit);
    let done = set(&mut op, may.organisation_id(), &role, (proof, &products)).await;
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
    products: (ProductProof, &[Aaguid]),
) -> Result<Result<(), ListRefusal>, OpError> {
    let role = Some(role).filter(|role| !role.is_empty());
    policy::set(op, organisation, role, products).await
}

fn ticked(form: &Form) -> Vec<Aaguid> {
    let names = form.pairs().map(|(name, _)| name);
    let products = names.filter_map(|name| name.strip_prefix(PRODUCT));
    products.filter_map(Aaguid::parse).collect()
}
