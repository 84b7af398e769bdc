//! Data of a page: drawn on the server with the page; while the browser fetches it, a skeleton; when that fails, what
//! happened and what to do.

use leptos::prelude::*;

use crate::{
    components::{LinkButton, Notice, PageHead, Size, Skeleton, Tone},
    error::{Answer, AppError},
};

/// The data, or the skeleton until it is there, or why it is not.
pub fn load<T>(data: Resource<Answer<T>>, view: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let skeleton = || view! { <Skeleton/> };
    view! {
        <Transition fallback=skeleton>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match data.await {
                        Ok(data) => view(data),
                        Err(error) => view! { <Trouble error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// A page that cannot be shown.
#[component]
pub fn Trouble(
    /// Why.
    error: AppError,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::request::set_status(error.status());
    if error == AppError::Unavailable {
        try_again_soon();
    }
    let title = match error {
        AppError::NotFound => "Not found",
        AppError::SignedOut => "Signed out",
        AppError::Forbidden => "Not allowed",
        AppError::Unavailable | AppError::Unreachable => "Not available right now",
        _ => "This did not work",
    };
    let (href, word) = match error {
        AppError::SignedOut => ("/sign-in", "Sign in"),
        _ => ("/", "Go to Home"),
    };
    view! {
        <leptos_meta::Title text=title/>
        <PageHead title/>
        <Notice
            tone=Tone::Warning
            title=error.to_string()
            action=move || view! { <LinkButton href size=Size::Small attr:rel="external">{word}</LinkButton> }
        />
    }
    .into_any()
}

/// Loads the page anew in five seconds, in the browser.
fn try_again_soon() {
    Effect::new(|_| {
        let reload = || {
            let _ = window().location().reload();
        };
        set_timeout(reload, std::time::Duration::from_secs(5));
    });
}
