//! One route: what it is asked for by, who may ask, what it does, and what it takes and gives, which follows from its
//! handler's own types. There is no other way to make one, so none is left out of the description of the API.

use axum::{
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use domain::access::Scope;
use engine::Engine;

use super::openapi::{Described, Operation};

/// Which keys a route opens to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Any: whoever may do something here may see it.
    AnyScope,
    /// Those that may change and send campaigns.
    Send,
    /// Those that may change the workspace's settings.
    Manage,
}

impl Needs {
    /// The scope without which it stays shut, if any will not do.
    pub fn scope(self) -> Option<Scope> {
        match self {
            Self::AnyScope => None,
            Self::Send => Some(Scope::Send),
            Self::Manage => Some(Scope::Manage),
        }
    }
}

/// A query that narrows a list, and what it finds.
#[derive(Clone, Copy)]
pub(super) struct Narrowing {
    /// What it is called.
    pub(super) name: &'static str,
    /// What it finds.
    pub(super) about: &'static str,
}

/// One thing that a program can ask for.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path below [`ROOT`](super::ROOT), with its places in braces.
    pub path: &'static str,
    /// Which keys it opens to.
    pub needs: Needs,
    /// What it does, in a few words.
    pub about: &'static str,
    /// What else is to be known of it; empty where that is all.
    pub(super) more: &'static str,
    /// What narrows its list.
    pub(super) narrowings: Vec<Narrowing>,
    /// Whether it may be refused as things stand.
    pub(super) conflicts: bool,
    /// Tells what its handler takes and gives.
    pub(super) tell: fn(&mut Operation<'_>),
    /// What answers.
    pub(super) handler: MethodRouter<Engine>,
}

impl Route {
    /// Reads something.
    pub(super) fn get<T: 'static, I, H: Handler<T, Engine> + Described<I>>(path: &'static str, handler: H) -> Bare {
        Bare { method: Method::GET, path, tell: H::tell, handler: on(MethodFilter::GET, handler) }
    }

    /// Makes or does something.
    pub(super) fn post<T: 'static, I, H: Handler<T, Engine> + Described<I>>(path: &'static str, handler: H) -> Bare {
        Bare { method: Method::POST, path, tell: H::tell, handler: on(MethodFilter::POST, handler) }
    }

    /// Puts something whole in place.
    pub(super) fn put<T: 'static, I, H: Handler<T, Engine> + Described<I>>(path: &'static str, handler: H) -> Bare {
        Bare { method: Method::PUT, path, tell: H::tell, handler: on(MethodFilter::PUT, handler) }
    }

    /// Changes parts of something.
    pub(super) fn patch<T: 'static, I, H: Handler<T, Engine> + Described<I>>(path: &'static str, handler: H) -> Bare {
        Bare { method: Method::PATCH, path, tell: H::tell, handler: on(MethodFilter::PATCH, handler) }
    }

    /// Takes something away.
    pub(super) fn delete<T: 'static, I, H: Handler<T, Engine> + Described<I>>(path: &'static str, handler: H) -> Bare {
        Bare { method: Method::DELETE, path, tell: H::tell, handler: on(MethodFilter::DELETE, handler) }
    }

    /// With larger bodies than others.
    pub(super) fn with_body_of(self, bytes: usize) -> Self {
        Self { handler: self.handler.layer(DefaultBodyLimit::max(bytes)), ..self }
    }

    /// What else is to be known of it.
    pub(super) fn more(self, more: &'static str) -> Self {
        Self { more, ..self }
    }

    /// Narrowed by words; `about` says what they find.
    pub(super) fn search(mut self, about: &'static str) -> Self {
        self.narrowings.push(Narrowing { name: "search", about });
        self
    }

    /// Narrowed by a state; `about` says by which.
    pub(super) fn status(mut self, about: &'static str) -> Self {
        self.narrowings.push(Narrowing { name: "status", about });
        self
    }

    /// It may be refused as things stand, though it changes nothing.
    pub(super) fn may_conflict(self) -> Self {
        Self { conflicts: true, ..self }
    }
}

/// A route of which it is not said yet who may ask, and what it does.
pub(super) struct Bare {
    method: Method,
    path: &'static str,
    tell: fn(&mut Operation<'_>),
    handler: MethodRouter<Engine>,
}

impl Bare {
    /// Opens to every key.
    pub(super) fn seen(self, about: &'static str) -> Route {
        self.open_to(Needs::AnyScope, about)
    }

    /// Opens to keys that may change and send campaigns.
    pub(super) fn sends(self, about: &'static str) -> Route {
        self.open_to(Needs::Send, about)
    }

    /// Opens to keys that may change the workspace's settings.
    pub(super) fn manages(self, about: &'static str) -> Route {
        self.open_to(Needs::Manage, about)
    }

    fn open_to(self, needs: Needs, about: &'static str) -> Route {
        let Self { method, path, tell, handler } = self;
        let conflicts = method != Method::GET;
        Route { method, path, needs, about, more: "", narrowings: Vec::new(), conflicts, tell, handler }
    }
}
