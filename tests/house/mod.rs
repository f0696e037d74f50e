//! The walls of the house: who may import whom, who writes which table, how large things may grow, which routes are there.

mod grants;
mod licences;
mod oauth_documents;
mod oauth_examples;
mod operations;
mod routes;
mod sizes;
mod source;
mod storeys;
mod tables;
mod templates;
