//! Connections to the embedded database. The environment's `PG…` variables are for other databases.

use std::path::Path;

use sqlx::{
    Connection,
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
};

use super::{error::EmbeddedError, socket};

/// How to connect to the cluster with its socket in this folder.
pub(super) fn options(socket: &Path) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(socket::PORT)
        .username("carillon")
        .database("carillon")
        .ssl_mode(PgSslMode::Disable)
        .application_name("carillon")
}

/// Makes the database if it is missing.
pub(super) async fn make_database(socket: &Path) -> Result<(), EmbeddedError> {
    let options = options(socket).database("postgres");
    let mut connection = PgConnection::connect_with(&options).await?;
    let exists = "select exists (select from pg_database where datname = 'carillon')";
    if !sqlx::query_scalar(exists).fetch_one(&mut connection).await? {
        sqlx::query("create database carillon").execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}

/// Connects once.
pub(super) async fn try_out(socket: &Path) -> Result<(), EmbeddedError> {
    let connection = PgConnection::connect_with(&options(socket)).await?;
    Ok(connection.close().await?)
}
