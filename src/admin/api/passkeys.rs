//! Which products people may add as passkeys and security keys.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::right::{RulesManage, RulesRead};
use super::called::Called;
use super::{conclude, nothing, unfit};
use crate::domain::{Aaguid, ProductProof};
use crate::factor::passkey::policy::{self, ListRefusal};
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::OpError;

/// `GET /admin/v1/passkey-products`: `products` that can be listed (`aaguid`, `name`, `attestable`, `fallen`), and the `lists` that are kept
/// (`role`, none for everybody; `proof`; `products`).
pub(super) async fn show(called: Called<RulesRead>) -> Response {
    let mut op = called.op();
    let done = async {
        let lists = policy::lists(&mut op, called.organisation_id()).await?;
        Ok::<_, OpError>(Ok((policy::products(&op), lists)))
    }
    .await;
    conclude(op, done, |(products, lists)| {
        let products = products.iter().map(|one| {
            json!({
                "aaguid": one.aaguid.to_string(), "name": one.name, "attestable": one.attestable, "fallen": one.fallen,
            })
        });
        let lists = lists.iter().map(|list| {
            let products: Vec<String> = list.aaguids.iter().map(Aaguid::to_string).collect();
            json!({ "role": list.role, "proof": list.proof, "products": products })
        });
        let body = json!({
            "products": products.collect::<Vec<Value>>(),
            "lists": lists.collect::<Vec<Value>>(),
        });
        answer(StatusCode::OK, &body)
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    role: Option<String>,
    #[serde(default = "attested")]
    proof: ProductProof,
    products: Vec<String>,
}

const fn attested() -> ProductProof {
    ProductProof::Attested
}

/// `PUT /admin/v1/passkey-products/list`: `role` (none: everybody), `proof` (`attested` or `claimed`), `products` (AAGUIDs) in place of those
/// of the list before; an empty list lets all in again.
pub(super) async fn set(called: Called<RulesManage>, Json(list): Json<List>) -> Response {
    let mut op = called.op();
    let done = async {
        let products: Option<Vec<Aaguid>> = list.products.iter().map(|text| Aaguid::parse(text)).collect();
        let Some(products) = products else {
            return Ok(Err(unfit("an AAGUID is 36 hexadecimal digits and hyphens")));
        };
        let products = (list.proof, products.as_slice());
        let set = policy::set(&mut op, called.organisation_id(), list.role.as_deref(), products).await?;
        Ok::<_, OpError>(set.map_err(|refusal| match refusal {
            ListRefusal::LockedOut(_) | ListRefusal::ChangedMeanwhile => {
                Problem::new(StatusCode::CONFLICT).detail(refusal.to_string())
            }
            ListRefusal::Unknown(_) | ListRefusal::NoRole => unfit(refusal.to_string()),
        }))
    }
    .await;
    conclude(op, done, nothing).await
}
