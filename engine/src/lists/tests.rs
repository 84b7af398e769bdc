//! Totals are what counting gives, whatever happens to members in whatever order, also when several act at once.

use domain::{
    id::{ContactId, ListId},
    list::{MemberStatus, NewMembers},
};
use futures::future::join_all;
use proptest::{
    collection::vec,
    sample::select,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{Marks, add_members, get, mark, put_back, remove_member};
use crate::{Error, Result, db::Tx, testing::TestWorkspace};

/// What happens to a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Happens {
    Add,
    Remove,
    PutBack,
    Bounce,
    Unsubscribe,
}

use Happens::*;

/// Something happens to this person on this list.
type Step = (Happens, usize, usize);

fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    vec((select(&[Add, Remove, PutBack, Bounce, Unsubscribe][..]), 0..4_usize, 0..2_usize), length)
}

async fn happen(tx: &mut Tx, (what, who, list): (Happens, ContactId, ListId)) -> Result<()> {
    let (tenant, now) = (tx.actor.tenant, tx.now);
    let done = match what {
        Add => {
            let new = NewMembers { contact_ids: vec![who.to_string()] };
            add_members(tx, list, &new).await.map(drop)
        }
        Remove => remove_member(tx, list, who).await,
        PutBack => put_back(tx, list, who).await,
        Bounce => mark(tx.conn(), tenant, &Marks { bounced: vec![who.0], ..Default::default() }, now).await,
        Unsubscribe => {
            let marks = Marks { unsubscribed: vec![who.0], lists: vec![list.0], ..Default::default() };
            mark(tx.conn(), tenant, &marks, now).await
        }
    };
    match done {
        // Who is not on the list, or may not be taken off.
        Err(Error::NotFound | Error::Conflict { .. }) => Ok(()),
        done => done,
    }
}

/// Where somebody stands afterwards; a bounce is told to all lists.
fn after(before: Option<MemberStatus>, what: Happens) -> Option<MemberStatus> {
    let next = match (what, before) {
        (Add, None) => return Some(MemberStatus::Active),
        (Add, Some(MemberStatus::Removed)) | (PutBack, Some(_)) => MemberStatus::Active,
        (Add, _) => return before,
        (Remove, _) => MemberStatus::Removed,
        (Bounce, _) => MemberStatus::Bounced,
        (Unsubscribe, _) => MemberStatus::Unsubscribed,
        (PutBack, None) => return None,
    };
    before.map(|before| if before.may_become(next) { next } else { before })
}

/// Asserts that the kept counts are what counting gives; gives them.
async fn counted(here: &TestWorkspace, list: ListId) -> [i64; 4] {
    let counts = "select array[count(*), count(*) filter (where status = 'active'),
                    count(*) filter (where status = 'bounced'), count(*) filter (where status = 'unsubscribed')]
                  from list_member where list_id = $1";
    let counts: Vec<i64> = sqlx::query_scalar(counts).bind(list.0).fetch_one(here.engine.db.owner()).await.unwrap();
    let kept = here.act(async |tx| get(tx, list).await).await.unwrap();
    let kept = [kept.total, kept.active, kept.bounced, kept.unsubscribed];
    assert_eq!(counts, kept);
    kept
}

#[tokio::test]
async fn kept_totals_are_what_the_rules_and_counting_give() {
    let here = TestWorkspace::new().await;
    let mut chance = TestRunner::deterministic();
    for case in 0..12 {
        let lists = [here.list(&format!("A{case}")).await, here.list(&format!("B{case}")).await];
        let mut people = Vec::new();
        for i in 0..4 {
            people.push(here.contact(&format!("p{i}@{case}.example"), &[]).await);
        }
        let mut stands = [[None; 4]; 2];
        for (what, who, list) in steps(25).new_tree(&mut chance).unwrap().current() {
            here.act(async |tx| happen(tx, (what, people[who], lists[list])).await).await.unwrap();
            for (i, stands) in stands.iter_mut().enumerate().filter(|(i, _)| *i == list || what == Bounce) {
                let was = stands[who];
                stands[who] = after(was, what);
                let of = |status| stands.iter().filter(|one| **one == Some(status)).count() as i64;
                let everybody = stands.iter().flatten().count() as i64;
                let want =
                    [everybody, of(MemberStatus::Active), of(MemberStatus::Bounced), of(MemberStatus::Unsubscribed)];
                assert_eq!(counted(&here, lists[i]).await, want, "{what:?} of {was:?}");
            }
        }
    }
}

#[tokio::test]
async fn kept_totals_are_what_counting_gives_when_several_act_at_once() {
    let here = TestWorkspace::new().await;
    let lists = [here.list("A").await, here.list("B").await];
    let mut people = Vec::new();
    for i in 0..4 {
        people.push(here.contact(&format!("p{i}@one.example"), &[]).await);
    }
    let mut chance = TestRunner::deterministic();
    for _ in 0..6 {
        let all = (0..6).map(|_| {
            let (here, people) = (here.clone(), people.clone());
            let steps = steps(12).new_tree(&mut chance).unwrap().current();
            async move {
                for (what, who, list) in steps {
                    here.act(async |tx| happen(tx, (what, people[who], lists[list])).await).await.unwrap();
                }
            }
        });
        join_all(all.collect::<Vec<_>>()).await;
        for list in lists {
            counted(&here, list).await;
        }
    }
}
