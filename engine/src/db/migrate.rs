//! Migrations: the files of `migrations/`, built into the program, applied in name order under a lock.

use sqlx::{PgPool, migrate::Migrator};

use crate::{Error, Result};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Applies what is missing. sqlx takes a lock in the database for as long as it runs.
pub(super) async fn run(pool: &PgPool) -> Result<()> {
    MIGRATIONS.run(pool).await.map_err(from)
}

/// Fails unless every migration of this program has been applied.
pub(super) async fn check(pool: &PgPool) -> Result<()> {
    // Not a checked statement: the table is sqlx's own and is not in our migrations.
    let applied: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(pool).await?;
    let missing = MIGRATIONS.iter().filter(|m| !applied.contains(&m.version)).count();
    if missing == 0 {
        Ok(())
    } else {
        Err(Error::conflict("schema_old", format!("{missing} migrations are missing: run carillon migrate.")))
    }
}

fn from(error: sqlx::migrate::MigrateError) -> Error {
    match error {
        sqlx::migrate::MigrateError::Execute(source) => source.into(),
        other => Error::internal("migration", other),
    }
}
