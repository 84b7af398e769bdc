//! The REST API from outside: programs with keys, the router, a real database.

mod access;
mod accounts;
mod audience;
mod campaign_moves;
mod campaigns;
mod client;
mod consents;
mod contacts;
mod home;
mod imports;
mod in_doubt;
mod junk;
mod limits;
mod lists;
mod main_job;
mod neighbours;
mod openapi;
mod problems;
mod providers;
mod reports;
mod routes;
mod scopes;
mod sender_dns;
mod suppressions;
mod templates;
