//! For addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{error::AppError, load::Trouble};

/// There is no such page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found"/>
        <Trouble error=AppError::NotFound/>
    }
}
