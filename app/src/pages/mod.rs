//! The pages, a file or folder for each area.

pub mod audience;
pub mod campaigns;
pub mod home;
pub mod imports;
pub mod not_found;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod styleguide;
pub mod templates;
pub mod unsubscribe;
