//! The program: listens, and hands everything to the engine and the app.

pub mod api;
pub mod command;
pub mod config;
pub mod database;
mod download;
pub mod health;
mod incoming;
pub mod problem;
mod results;
pub mod serve;
pub mod telemetry;
mod upload;
pub mod web;
pub mod webhooks;
