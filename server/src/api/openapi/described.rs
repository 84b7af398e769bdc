//! What a handler takes and gives, read from its types: each extractor and each answer says what it is in OpenAPI.

use axum::Json;
use schemars::JsonSchema;

use super::Operation;
use crate::api::{
    Answer,
    caller::Caller,
    input::{Body, Id, OptionalBody},
    listing::{AuditListing, AuditNarrowed, Filters, Listing},
    output::{Accepted, AcceptedAt, Created, CreatedInParts, File, FileKind, NoContent},
    uploaded::{Upload, Uploaded},
};

/// A handler that can say what it takes and gives.
pub trait Described<I> {
    /// Adds both to the operation.
    fn tell(operation: &mut Operation<'_>);
}

/// What a request has to bring.
pub trait Taken {
    /// Adds it to the operation.
    fn tell(operation: &mut Operation<'_>);
}

/// What an answer brings.
pub trait Given {
    /// Adds it to the operation.
    fn tell(operation: &mut Operation<'_>);
}

macro_rules! handlers {
    ($(($($taken:ident),*))*) => {$(
        impl<F, Fut, R: Given, $($taken: Taken),*> Described<($($taken,)*)> for F
        where
            F: Fn($($taken),*) -> Fut,
            Fut: Future<Output = Answer<R>>,
        {
            fn tell(operation: &mut Operation<'_>) {
                $($taken::tell(operation);)*
                R::tell(operation);
            }
        }
    )*};
}

handlers! { (A) (A, B) (A, B, C) (A, B, C, D) }

/// Every request brings a key, and the document says so once.
impl Taken for Caller {
    fn tell(_: &mut Operation<'_>) {}
}

impl<T: JsonSchema> Taken for Id<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.places::<T>();
    }
}

impl<C> Taken for Listing<C> {
    fn tell(operation: &mut Operation<'_>) {
        operation.page();
    }
}

impl<T: JsonSchema> Taken for Filters<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.query::<T>();
    }
}

impl Taken for AuditListing {
    fn tell(operation: &mut Operation<'_>) {
        operation.page();
        operation.query::<AuditNarrowed>();
    }
}

impl<T: JsonSchema> Taken for Body<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.body::<T>(true);
    }
}

impl<T: JsonSchema> Taken for OptionalBody<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.body::<T>(false);
    }
}

impl<T: Uploaded> Taken for Upload<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.upload(T::MEDIA, T::schema());
    }
}

impl<T: JsonSchema> Given for Json<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives::<T>(200, "How it is now.");
    }
}

impl<T: JsonSchema> Given for Created<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives::<T>(201, "Made; the header Location says where it is.");
        operation.says_where(201);
    }
}

impl<T: JsonSchema> Given for Accepted<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives::<T>(202, "Begun, and going on in the background.");
    }
}

impl<T: JsonSchema> Given for AcceptedAt<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives::<T>(202, "Taken; the header Location says where it is.");
        operation.says_where(202);
    }
}

impl<T: JsonSchema> Given for CreatedInParts<T> {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives::<T>(201, "Made, and all of it is there.");
        operation.gives::<T>(202, "Made; the rest follows in the background.");
    }
}

impl Given for NoContent {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives_nothing();
    }
}

impl<K: FileKind> Given for File<K> {
    fn tell(operation: &mut Operation<'_>) {
        operation.gives_file(K::MEDIA);
    }
}
