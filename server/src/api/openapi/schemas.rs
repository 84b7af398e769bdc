//! The shapes of what is read and written, from the types that serde reads and writes (JSON Schema 2020-12, which is
//! OpenAPI 3.1's). A type that is both may differ: what may be left out of a body is always in an answer.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::tidy::each_object;

/// Where shapes stand in the document.
const GIVEN: &str = "#/components/schemas/";
/// Where those of bodies stand until it is known which of them differ.
const TAKEN: &str = "#/components/taken/";

/// All shapes that were asked for so far.
pub(crate) struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
    bodies: BTreeSet<String>,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = |place: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = place.into();
                settings.meta_schema = None;
            })
        };
        Self {
            taken: settings(TAKEN).for_deserialize().into_generator(),
            given: settings(GIVEN).for_serialize().into_generator(),
            bodies: BTreeSet::new(),
        }
    }

    /// What an answer is.
    pub(super) fn given<T: JsonSchema + ?Sized>(&mut self) -> Schema {
        self.given.subschema_for::<T>()
    }

    /// What a body may be.
    pub(super) fn body<T: JsonSchema>(&mut self) -> Schema {
        self.bodies.insert(T::schema_name().into_owned());
        self.taken.subschema_for::<T>()
    }

    /// What stands in a path or a query: the shape itself, for it is taken apart.
    pub(super) fn parts<T: JsonSchema>(&mut self) -> Schema {
        T::json_schema(&mut self.taken)
    }

    /// Puts all shapes into the document. Where a body's differs from an answer's of the same name, it is another one.
    pub(super) fn finish(mut self, document: &mut Value) {
        let mut all = self.given.take_definitions(true);
        let mut taken = self.taken.take_definitions(true);
        for name in &self.bodies {
            if let Some(schema) = taken.get_mut(name) {
                null_is_leaving_out(schema);
            }
        }
        let others = names_of_others(&all, &taken);
        let name_of = |name: &str| if others.contains(name) { format!("{name}Input") } else { name.to_owned() };
        all.extend(taken.into_iter().map(|(name, schema)| (name_of(&name), schema)));
        document["components"]["schemas"] = Value::Object(all);
        each_object(document, &mut |object| {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(TAKEN)
            {
                *reference = format!("{GIVEN}{}", name_of(name));
            }
        });
    }
}

/// A body's own fields may be null, which is the same as leaving them out, where that may be.
fn null_is_leaving_out(schema: &mut Value) {
    let needed = schema["required"].as_array().cloned().unwrap_or_default();
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    for (_, field) in fields.iter_mut().filter(|(name, _)| !needed.iter().any(|needed| needed == *name)) {
        let may_be_anything =
            !["type", "$ref", "anyOf", "oneOf", "enum", "const"].iter().any(|key| field.get(key).is_some());
        match field.get_mut("type") {
            Some(Value::String(kind)) if kind != "null" => field["type"] = json!([kind, "null"]),
            Some(Value::Array(kinds)) if !kinds.contains(&json!("null")) => kinds.push(json!("null")),
            Some(_) => {}
            None if may_be_anything => {}
            None => {
                let mut inner = field.take();
                let about = inner.as_object_mut().and_then(|inner| inner.remove("description"));
                *field = json!({ "anyOf": [inner, { "type": "null" }] });
                if let Some(about) = about {
                    field["description"] = about;
                }
            }
        }
    }
}

/// The names under which a body has another shape than an answer: itself, or in something that it is made of.
fn names_of_others(given: &Map<String, Value>, taken: &Map<String, Value>) -> BTreeSet<String> {
    let (given, taken): (Pointing, Pointing) = (pointing(given, GIVEN), pointing(taken, TAKEN));
    let shared = || taken.iter().filter_map(|(name, shape)| Some((name, shape, given.get(name)?)));
    let mut others: BTreeSet<String> =
        shared().filter(|(_, taken, given)| taken.0 != given.0).map(|(name, ..)| name.clone()).collect();
    loop {
        let reach = |(_, taken, _): &(_, &(Value, BTreeSet<String>), _)| !taken.1.is_disjoint(&others);
        let more: Vec<_> = shared().filter(reach).map(|(name, ..)| name.clone()).collect();
        let before = others.len();
        others.extend(more);
        if others.len() == before {
            return others;
        }
    }
}

/// Shapes with the names that they point to.
type Pointing = BTreeMap<String, (Value, BTreeSet<String>)>;

fn pointing(shapes: &Map<String, Value>, place: &str) -> Pointing {
    let shapes = shapes.iter().map(|(name, shape)| {
        let (mut shape, mut names) = (shape.clone(), BTreeSet::new());
        each_object(&mut shape, &mut |object| {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some(to) = reference.strip_prefix(place).map(str::to_owned)
            {
                reference.clone_from(&to);
                names.insert(to);
            }
        });
        (name.clone(), (shape, names))
    });
    shapes.collect()
}
