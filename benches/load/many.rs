//! What a client costs among a hundred thousand others.

use doorward::domain::Timestamp;
use doorward::keys::{MasterKey, Purpose};
use doorward::storage::Sql;

use super::arguments::Arguments;
use super::database::Database;
use super::drive::{Driver, Measure, drive};
use super::scenario::{Goal, integration, token_request};
use super::server::{Client, House};
use super::wire::Wire;

const FEW: usize = 10;
const MANY: usize = 100_000;

/// Who asks, of how many: all that are asked of the few are in the server's copies; of the many, each is looked up.
const FEW_OF_FEW: &str = "10 of 10 clients";
const FEW_OF_MANY: &str = "10 of 100,000 clients";
const MANY_OF_MANY: &str = "100,000 of 100,000 clients";

/// The same client under other names.
const COPY: Sql = Sql::new(
    "WITH RECURSIVE number (n) AS (SELECT CAST($2 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n < $3) \
     INSERT INTO client (id, organisation_id, name, status, auth_method, jwks, redirect_uris, \
     post_logout_redirect_uris, grant_types, scopes, application_id, service_account_id, shared, consent_required, \
     signing_algorithm, claim_rules, settings, created_at, updated_at) \
     SELECT 'load-' || n, organisation_id, name, status, auth_method, jwks, redirect_uris, \
     post_logout_redirect_uris, grant_types, scopes, application_id, service_account_id, shared, consent_required, \
     signing_algorithm, claim_rules, settings, created_at, updated_at \
     FROM client, number WHERE client.id = $1",
);

const SECRET: Sql = Sql::new("INSERT INTO client_secret (client_id, hash, created_at) VALUES ($1, $2, $3)");

/// Runs and prints the scenarios, with tokens signed by ES256, if they are asked for.
pub(crate) async fn run(
    arguments: &Arguments,
    house: House,
    database: &Database,
    print: fn(&str, Goal, &Measure),
) -> House {
    let names = [FEW_OF_FEW, FEW_OF_MANY, MANY_OF_MANY];
    if !names.iter().any(|name| arguments.wants(name)) {
        return house;
    }
    let client = integration(&house);
    let few = Box::pin(async {
        database.set_algorithm(&client.id, "ES256").await;
        store(database, &client, 0, FEW).await;
    });
    let house = house.restart(database, few).await;
    measure(arguments, (&house, &client), (FEW_OF_FEW, FEW), print).await;
    let many = Box::pin(store(database, &client, FEW, MANY));
    let house = house.restart(database, many).await;
    measure(arguments, (&house, &client), (FEW_OF_MANY, FEW), print).await;
    measure(arguments, (&house, &client), (MANY_OF_MANY, MANY), print).await;
    house
}

fn name(number: usize) -> String {
    format!("load-{number}")
}

/// Stores copies of a client with its secret.
async fn store(database: &Database, client: &Client, from: usize, to: usize) {
    let master = MasterKey::from_file(&database.folder.path().join("master.key"), false).unwrap();
    let secret = client.secret.as_deref().expect("the client has a secret");
    let storage = database.open().await;
    let mut tx = storage.write().await.unwrap();
    let number = |number: usize| i64::try_from(number).unwrap();
    tx.query(COPY)
        .bind(&client.id)
        .bind(&number(from))
        .bind(&number(to - 1))
        .execute()
        .await
        .unwrap();
    for copy in from..to {
        let id = name(copy);
        let hash = master.mac(Purpose::ClientSecret, &[id.as_bytes(), secret.as_bytes()]);
        let at = Timestamp::from_seconds(0);
        tx.query(SECRET)
            .bind(&id)
            .bind(&hash)
            .bind(&at)
            .execute()
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    storage.close().await;
}

async fn measure(
    arguments: &Arguments,
    (house, client): (&House, &Client),
    (name, asking): (&str, usize),
    print: fn(&str, Goal, &Measure),
) {
    if !arguments.wants(name) {
        return;
    }
    let mut drivers = Vec::new();
    for place in 0..arguments.connections {
        drivers.push(Crowd {
            house,
            client: client.clone(),
            wire: Wire::open(house.address).await,
            next: place,
            step: arguments.connections,
            asking,
        });
    }
    let measure = drive(arguments, &house.process, &mut drivers).await;
    print(name, Goal(None), &measure);
}

/// One client after the other asks for a token.
struct Crowd<'a> {
    house: &'a House,
    client: Client,
    wire: Wire,
    next: usize,
    step: usize,
    asking: usize,
}

impl Driver for Crowd<'_> {
    async fn round(&mut self) {
        self.client.id = name(self.next % self.asking);
        self.next += self.step;
        let fields = [("grant_type", "client_credentials")];
        let request = token_request(self.house, &self.client, &fields);
        self.wire.send(&request).await.expect(200);
    }
}
