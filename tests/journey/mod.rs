//! The main job, told from the first click to the audit event: the real program, a real browser.

pub(crate) mod chromium;
mod console;
pub(crate) mod demo;
pub(crate) mod desk;
mod examples;
mod frames;
mod hands;
mod loopback;
pub(crate) mod main_job;
mod mutual_tls;
mod newcomer;
mod on_the_way;
mod openid_client;
mod pages;
mod passkey;
mod port;
mod program;
mod step_up;
mod tabs;
