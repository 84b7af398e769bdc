//! Who a row is about (SPEC 2.3): the one with its source and external id, else with its e-mail address, else with its
//! phone. Values that belong to two people are a refused row, never a silent merge; a phone that another person holds is
//! left out of the row.

/// A contact that has one of the row's values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder<K> {
    /// Which one.
    pub id: K,
    /// Its e-mail address is known, and is not the row's.
    pub has_other_email: bool,
    /// It has another id in the same system.
    pub has_other_id: bool,
    /// It has an id in another system.
    pub has_foreign_id: bool,
}

/// Who holds the values of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holders<K> {
    /// Its source and external id.
    pub external: Option<Holder<K>>,
    /// Its e-mail address.
    pub email: Option<Holder<K>>,
    /// Its phone.
    pub phone: Option<Holder<K>>,
}

/// What is to be done with a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Match<K> {
    /// It is about nobody known.
    New,
    /// It is about this one.
    Known(K),
    /// It is about two: refused.
    Two,
}

/// The answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decision<K> {
    /// Who it is about.
    pub who: Match<K>,
    /// Its phone is another person's, and left out.
    pub drops_phone: bool,
    /// The person has an id of another name already, which stays.
    pub keeps_id: bool,
}

/// Decides who a row is about.
pub fn decide<K: Copy + Eq>(held: &Holders<K>) -> Decision<K> {
    // A phone is often a household's: with an address or id of their own, two people are two.
    let phone_alone = held.phone.filter(|phone| !phone.has_other_email && !phone.has_other_id);
    let who = match (held.external, held.email, phone_alone) {
        (Some(external), Some(email), _) if external.id != email.id => Match::Two,
        (Some(found), ..) | (None, Some(found), _) | (None, None, Some(found)) => Match::Known(found.id),
        (None, None, None) => Match::New,
    };
    let drops_phone = held.phone.is_some_and(|phone| who != Match::Known(phone.id));
    let found = held.email.or(phone_alone);
    let keeps_id = held.external.is_none() && found.is_some_and(|one| one.has_other_id || one.has_foreign_id);
    Decision { who, drops_phone, keeps_id }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holder(id: u8) -> Holder<u8> {
        Holder { id, has_other_email: false, has_other_id: false, has_foreign_id: false }
    }

    fn held(external: Option<u8>, email: Option<u8>, phone: Option<u8>) -> Holders<u8> {
        Holders { external: external.map(holder), email: email.map(holder), phone: phone.map(holder) }
    }

    #[test]
    fn the_id_comes_first_then_the_address_then_the_phone() {
        assert_eq!(decide(&held(Some(1), None, None)).who, Match::Known(1));
        assert_eq!(decide(&held(Some(1), Some(1), Some(1))).who, Match::Known(1));
        assert_eq!(decide(&held(None, Some(2), None)).who, Match::Known(2));
        assert_eq!(decide(&held(None, None, Some(3))).who, Match::Known(3));
        assert_eq!(decide(&held(None, None, None)).who, Match::New);
    }

    #[test]
    fn two_people_are_never_merged() {
        assert_eq!(decide(&held(Some(1), Some(2), None)).who, Match::Two);
        let decision = decide(&held(None, Some(1), Some(2)));
        assert_eq!((decision.who, decision.drops_phone), (Match::Known(1), true));
    }

    #[test]
    fn a_household_shares_a_phone() {
        let phone = Some(Holder { has_other_email: true, ..holder(1) });
        let decision = decide(&Holders { external: None, email: None, phone });
        assert_eq!((decision.who, decision.drops_phone), (Match::New, true));
    }

    #[test]
    fn an_id_in_the_same_system_is_not_replaced() {
        let email = Some(Holder { has_other_id: true, ..holder(1) });
        let decision = decide(&Holders { external: None, email, phone: None });
        assert_eq!((decision.who, decision.keeps_id), (Match::Known(1), true));
    }

    fn anybody() -> impl Strategy<Value = Option<Holder<u8>>> {
        let holder = (0u8..3, any::<bool>(), any::<bool>());
        proptest::option::of(holder.prop_map(|(id, has_other_email, has_other_id)| Holder {
            has_other_email,
            has_other_id,
            ..self::holder(id)
        }))
    }

    proptest! {
        /// Whoever is chosen holds a value of the row; nobody's phone is taken; two strong values never point apart.
        #[test]
        fn whatever_is_held_the_rule_stands(external in anybody(), email in anybody(), phone in anybody()) {
            let decision = decide(&Holders { external, email, phone });
            let ids = |holders: &[Option<Holder<u8>>]| holders.iter().flatten().map(|h| h.id).collect::<Vec<_>>();
            match decision.who {
                Match::Known(id) => {
                    prop_assert!(ids(&[external, email, phone]).contains(&id));
                    prop_assert!(ids(&[external, email]).iter().all(|strong| *strong == id));
                }
                Match::New => prop_assert!(external.is_none() && email.is_none()),
                Match::Two => prop_assert!(external.zip(email).is_some_and(|(a, b)| a.id != b.id)),
            }
            if let Some(phone) = phone {
                prop_assert_eq!(decision.drops_phone, decision.who != Match::Known(phone.id));
            }
        }
    }
}
