//! SQL of everything that is held of a person, as JSON.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Everything, a list a kind.
pub(in crate::audience) async fn everything(
    conn: &mut PgConnection,
    id: Uuid,
    ids: &[Uuid],
    addresses: &[String],
) -> Result<Value> {
    Ok(sqlx::query_scalar!(
        r#"select jsonb_build_object(
             'profile', (select to_jsonb(c) - 'tenant_id' - 'email_key' - 'name_key' - 'last_name_key' - 'business_key'
                         from contact c where c.id = $1),
             'merged', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'at', a.merged_at) order by a.id), '[]')
                        from contact_alias a where a.contact_id = $1),
             'consent_in_force', (select coalesce(jsonb_agg(to_jsonb(s) - 'tenant_id' - 'contact_id' order by s.channel), '[]')
                                  from consent s where s.contact_id = $1),
             'consents', (select coalesce(jsonb_agg(to_jsonb(e) - 'tenant_id' order by e.at, e.id), '[]')
                          from consent_entry e where e.contact_id = any($2)),
             'suppressions', (select coalesce(jsonb_agg(to_jsonb(x) - 'tenant_id' - 'added_by' order by x.at), '[]')
                              from suppression x where x.address_key = any($3)),
             'lists', (select coalesce(jsonb_agg(jsonb_build_object('list', l.name, 'status', m.status, 'added_by', m.added_by,
                                'added_at', m.added_at) order by l.name_key), '[]')
                       from list_member m join list l on l.tenant_id = m.tenant_id and l.id = m.list_id
                       where m.contact_id = $1),
             'messages', (select coalesce(jsonb_agg(jsonb_build_object('campaign', k.name, 'channel', m.channel,
                                   'address', m.address, 'state', m.state, 'at', m.at, 'accepted_at', m.accepted_at,
                                   'reason', m.reason, 'detail', m.detail, 'run_id', m.run_id, 'n', m.n) order by m.at), '[]')
                          from message m join run r on r.tenant_id = m.tenant_id and r.id = m.run_id
                            join campaign k on k.tenant_id = r.tenant_id and k.id = r.campaign_id
                          where m.contact_id = any($2)),
             'events', (select coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'at', e.at, 'detail', e.detail,
                                 'run_id', e.run_id, 'n', e.n) order by e.at), '[]')
                        from message m join event e on e.tenant_id = m.tenant_id and e.run_id = m.run_id and e.n = m.n
                        where m.contact_id = any($2)),
             'test_mails', (select coalesce(jsonb_agg(jsonb_build_object('subject', b.subject, 'at', b.at) order by b.id), '[]')
                            from sandbox_mail b where b.recipient_key = any($3)),
             'imports', (select coalesce(jsonb_agg(jsonb_build_object('file', i.file, 'at', i.created_at) order by i.id), '[]')
                         from import i where i.id in (
                           select import_id from contact where id = $1
                           union select import_id from import_change where contact_id = any($2)
                           union select import_id from consent_entry where contact_id = any($2))),
             'audit', (select coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'who', a.actor_name, 'action', a.action,
                                'detail', a.detail) order by a.id), '[]')
                       from audit_entry a where a.subject_kind = 'contact' and a.subject_id = any($2::uuid[]::text[]))
           ) as "all!""#,
        id,
        ids,
        addresses
    )
    .fetch_one(conn)
    .await?)
}
