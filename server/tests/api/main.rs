//! The REST API from outside: programs with keys, the router, a real database.

// A contact with all its fields is a large value for the macro that writes it.
#![recursion_limit = "256"]

mod access;
mod accounts;
mod audience;
mod campaigns;
mod client;
mod consents;
mod contacts;
mod imports;
mod in_doubt;
mod junk;
mod lists;
mod main_job;
mod neighbours;
mod problems;
mod providers;
mod routes;
mod scopes;
mod suppressions;
mod templates;
