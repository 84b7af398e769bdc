//! What has come back and waits to be written, by workspace: each has its part of the room and of every batch, so that one
//! whose messages are followed without end holds up none of the others.

use std::collections::{BTreeMap, VecDeque};

use domain::id::TenantId;

use super::hits::Hit;

/// The most that wait, for a database that is away: some 50 MB. Of what comes after them some is not recorded.
const MOST: usize = 100_000;

/// What waits.
#[derive(Default)]
pub(super) struct Waiting {
    by_tenant: BTreeMap<TenantId, VecDeque<Hit>>,
    count: usize,
}

impl Waiting {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Adds one; says whether there is room for all. Where there is none, the workspace of which most wait loses its newest.
    pub(super) fn add(&mut self, hit: Hit) -> bool {
        self.add_within(hit, MOST)
    }

    fn add_within(&mut self, hit: Hit, most: usize) -> bool {
        let has_room = self.count < most;
        self.by_tenant.entry(hit.tenant).or_default().push_back(hit);
        self.count += 1;
        if !has_room && let Some(longest) = self.by_tenant.values_mut().max_by_key(|queue| queue.len()) {
            longest.pop_back();
            self.count -= 1;
        }
        has_room
    }

    /// The oldest of each workspace, so many together.
    pub(super) fn take(&mut self, most: usize) -> Vec<Hit> {
        let mut taken = Vec::new();
        while taken.len() < most && !self.by_tenant.is_empty() {
            let share = ((most - taken.len()) / self.by_tenant.len()).max(1);
            for queue in self.by_tenant.values_mut() {
                let part = share.min(queue.len()).min(most - taken.len());
                taken.extend(queue.drain(..part));
            }
            self.by_tenant.retain(|_, queue| !queue.is_empty());
        }
        self.count -= taken.len();
        taken
    }

    /// Before the others: they are the oldest.
    pub(super) fn put_back(&mut self, hits: Vec<Hit>) {
        self.count += hits.len();
        for hit in hits.into_iter().rev() {
            self.by_tenant.entry(hit.tenant).or_default().push_front(hit);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::{id::RunId, tracking::Act};
    use uuid::Uuid;

    use super::*;

    fn hit(tenant: u128, n: i32) -> Hit {
        let (tenant, run) = (TenantId(Uuid::from_u128(tenant)), RunId(Uuid::nil()));
        let at = DateTime::UNIX_EPOCH;
        Hit { tenant, run, n, act: Act::Opened, at, agent: String::new(), address: None, head: false, tries: 0 }
    }

    fn of(hits: &[Hit], tenant: u128) -> Vec<i32> {
        hits.iter().filter(|hit| hit.tenant.0 == Uuid::from_u128(tenant)).map(|hit| hit.n).collect()
    }

    #[test]
    fn a_batch_has_something_of_each_and_is_filled_up() {
        let mut waiting = Waiting::default();
        for n in 0..1_000 {
            waiting.add(hit(1, n));
        }
        for n in 0..3 {
            waiting.add(hit(2, n));
            waiting.add(hit(3, n));
        }
        let taken = waiting.take(100);
        assert_eq!((of(&taken, 2), of(&taken, 3)), (vec![0, 1, 2], vec![0, 1, 2]));
        assert_eq!(of(&taken, 1), (0..94).collect::<Vec<_>>());
        waiting.put_back(taken);
        assert_eq!(of(&waiting.take(2_000), 1), (0..1_000).collect::<Vec<_>>(), "in order, also what was put back");
        assert_eq!((waiting.len(), waiting.take(9).len()), (0, 0));
    }

    #[test]
    fn who_fills_the_room_loses_what_comes_and_the_others_do_not() {
        let mut waiting = Waiting::default();
        assert!((0..10).all(|n| waiting.add_within(hit(1, n), 10)));
        assert!(!waiting.add_within(hit(2, 0), 10));
        assert!(!waiting.add_within(hit(1, 10), 10));
        assert_eq!(waiting.len(), 10);
        let taken = waiting.take(100);
        assert_eq!((of(&taken, 1), of(&taken, 2)), ((0..9).collect::<Vec<_>>(), vec![0]));
    }
}
