//! Which products people may add as passkeys and security keys.

use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::right::{RulesManage, RulesRead};
use super::called::Called;
use super::{conclude, nothing, unfit};
use crate::domain::Aaguid;
use crate::factor::passkey::policy::{self, ListRefusal};
use crate::http::json as answer;
use crate::http::{Json, Problem};
use crate::op::OpError;

/// `GET /admin/v1/passkey-products`: `products` that the operator's metadata know (`aaguid`, `name`, `fallen`), and the `lists` that are kept
/// (`role`, none for everybody; `products`).
pub(super) async fn show(called: Called<RulesRead>) -> Response {
    let mut op = called.op();
    let done = async {
        let lists = policy::lists(&mut op, called.organisation_id()).await?;
        Ok::<_, OpError>(Ok((policy::products(&op), lists)))
    }
    .await;
    conclude(op, done, |(products, lists)| {
        let products = products.iter().map(
            |(aaguid, name, fallen)| json!({ "aaguid": aaguid.to_string(), "name": name, "fallen": fallen }),
        );
        let lists = lists.iter().map(|list| {
            let products: Vec<String> = list.aaguids.iter().map(Aaguid::to_string).collect();
            json!({ "role": list.role, "products": products })
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
    products: Vec<String>,
}

/// `PUT /admin/v1/passkey-products/list`: `role` (none: everybody), `products` (AAGUIDs) in place of those of the list before; an empty list lets
/// all in again.
pub(super) async fn set(called: Called<RulesManage>, Json(list): Json<List>) -> Response {
    let mut op = called.op();
    let done = async {
        let products: Option<Vec<Aaguid>> = list.products.iter().map(|text| Aaguid::parse(text)).collect();
        let Some(products) = products else {
            return Ok(Err(unfit("an AAGUID is 36 hexadecimal digits and hyphens")));
        };
        let set = policy::set(&mut op, called.organisation_id(), list.role.as_deref(), &products).await?;
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
