//! The pages, a file or folder for each area.

pub mod audience;
pub mod campaigns;
pub mod forgot_password;
pub mod home;
pub mod imports;
pub mod invitation;
pub mod new_password;
pub mod not_found;
pub mod preferences;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod styleguide;
pub mod templates;
pub mod unsubscribe;
