//! A form that adds one thing after another stands empty again once its thing is added.

use leptos::{html, prelude::*, server_fn::ServerFn};

use crate::error::AppError;

/// Where the form's element is put, so that it is emptied when the action has worked.
pub fn emptied_after<S>(action: ServerAction<S>) -> NodeRef<html::Form>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        let worked = action.value().with(|answer| answer.as_ref().is_some_and(Result::is_ok));
        if let Some(form) = form.get_untracked().filter(|_| worked) {
            form.reset();
        }
    });
    form
}
