//! Consent (SPEC 2.5): a ledger of what a person granted and withdrew, never a flag that is overwritten. The state in
//! force is the newest entry's, by when it was said and not by when it was recorded.

mod ledger;
mod typed;

use serde::{Deserialize, Serialize};

pub use ledger::{ConsentEntry, in_force, newest};
pub use typed::{NewConsent, ParsedConsent, moment_in};

use crate::words::words;

words! {
    /// What an entry says.
    State {
        /// May be written to.
        Granted = "granted",
        /// May no longer.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// How the entry came about.
    Source {
        /// An imported file.
        Import = "import",
        /// A booking form.
        BookingForm = "booking_form",
        /// A program, through the API.
        Api = "api",
        /// A link in a message.
        Link = "link",
        /// A reply such as STOP.
        Keyword = "keyword",
        /// A complaint to the mail provider.
        Complaint = "complaint",
        /// A user, by hand.
        Manual = "manual",
    }
}
