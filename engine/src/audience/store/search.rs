//! SQL that looks for contacts. Beginnings are ranges on keys in lower case, which indexes serve under row-level security
//! (docs/PERFORMANCE.md has what that takes among a million); what contains a text is found by going through the workspace's contacts, newest first. An
//! index of trigrams would find it sooner and would cost an import three quarters more time.

use domain::{
    contact::{ConsentFilter, ContactFilter, Match},
    id::ListId,
};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::Result;

/// Ids of those who fit, newest first.
pub(in crate::audience) async fn ids(
    conn: &mut PgConnection,
    filter: &ContactFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Uuid>> {
    let mut query = QueryBuilder::new("select c.id from contact c where c.id < ");
    query.push_bind(before.unwrap_or(Uuid::max()));
    push(&mut query, filter);
    query.push(" order by c.id desc limit ").push_bind(limit);
    // Planned for these values: a plan for any text would be one for none.
    Ok(query.build_query_scalar().persistent(false).fetch_all(conn).await?)
}

/// How many fit, counted up to `most`.
pub(in crate::audience) async fn count_some(conn: &mut PgConnection, filter: &ContactFilter, most: i64) -> Result<i64> {
    let mut query = QueryBuilder::new("select count(*) from (select from contact c where true");
    push(&mut query, filter);
    query.push(" limit ").push_bind(most).push(") as found");
    Ok(query.build_query_scalar().persistent(false).fetch_one(conn).await?)
}

fn push(query: &mut QueryBuilder<Postgres>, filter: &ContactFilter) {
    match &filter.search {
        Some((text, Match::Beginning)) => begins(query, text),
        Some((text, Match::Anywhere)) => contains(query, text),
        None => {}
    }
    if let Some(tag) = &filter.tag {
        query.push(" and ").push_bind(tag.clone()).push(" = any(c.tags)");
    }
    if let Some(stage) = &filter.stage {
        query.push(" and c.stage = ").push_bind(stage.clone());
    }
    if let Some(test) = filter.test {
        query.push(" and c.test = ").push_bind(test);
    }
    if let Some(consent) = filter.consent {
        push_consent(query, consent);
    }
    if let Some(suppressed) = filter.suppressed {
        query.push(if suppressed { " and exists" } else { " and not exists" });
        query.push(
            " (select from suppression x where x.tenant_id = c.tenant_id and x.channel = 'email'
                and x.address_key = c.email_key)",
        );
    }
    if let Some(ListId(list)) = filter.list {
        query.push(" and exists (select from list_member m where m.tenant_id = c.tenant_id and m.list_id = ");
        query.push_bind(list).push(" and m.contact_id = c.id and m.status = 'active')");
    }
}

fn push_consent(query: &mut QueryBuilder<Postgres>, consent: ConsentFilter) {
    query.push(if consent == ConsentFilter::Nothing { " and not exists" } else { " and exists" });
    query.push(
        " (select from consent s where s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
            and s.purpose = 'marketing'",
    );
    if consent != ConsentFilter::Nothing {
        query.push(" and s.state = ").push_bind(consent.word());
    }
    query.push(")");
}

/// Whatever sorts between a text and the text with the last of all characters after it begins with it, where texts are
/// sorted by their bytes; in other collations some more does, which `starts_with` takes out.
fn begins(query: &mut QueryBuilder<Postgres>, text: &str) {
    let (text, number) = (text.to_lowercase(), number_of(text));
    let beginnings = [
        ("c.email_key", Some(text.clone())),
        ("c.name_key", Some(text.clone())),
        ("c.last_name_key", Some(text.clone())),
        ("c.business_key", Some(text)),
        ("c.phone_key", number.map(|digits| format!("+{digits}"))),
    ];
    let mut or = " and (";
    for (key, text) in beginnings.into_iter().filter_map(|(key, text)| Some((key, text?))) {
        query.push(or).push("(").push(key).push(" >= ").push_bind(text.clone());
        query.push(" and ").push(key).push(" < ").push_bind(format!("{text}\u{10ffff}"));
        query.push(" and starts_with(").push(key).push(", ").push_bind(text).push("))");
        or = " or ";
    }
    query.push(")");
}

fn contains(query: &mut QueryBuilder<Postgres>, text: &str) {
    let number = number_of(text);
    let text = text.to_lowercase();
    let mut or = " and (";
    for key in ["c.email_key", "c.name_key", "c.business_key", "lower(c.external_id)"] {
        query.push(or).push("strpos(").push(key).push(", ").push_bind(text.clone()).push(") > 0");
        or = " or ";
    }
    if let Some(digits) = number {
        query.push(" or strpos(c.phone_key, ").push_bind(digits.clone()).push(") > 0");
        query.push(" or strpos(c.whatsapp_key, ").push_bind(digits).push(") > 0");
    }
    query.push(")");
}

/// The digits of what may be a part of a phone number: three at least, with nothing but what is written between digits.
fn number_of(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || "+ .-()/\u{a0}".contains(c));
    Some(digits).filter(|digits| is_number && digits.len() >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_names() {
        assert_eq!(number_of("+1 (212) 555").as_deref(), Some("1212555"));
        assert_eq!((number_of("12"), number_of("studio 54"), number_of("ada")), (None, None, None));
    }
}
