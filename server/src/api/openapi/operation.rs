//! One route in OpenAPI, filled by the types of its handler.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::{
    problems::{self, Answers},
    schemas::Schemas,
};
use crate::api::route::Route;

/// One route, as it is being described.
pub(crate) struct Operation<'a> {
    path: &'static str,
    schemas: &'a mut Schemas,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<u16, Value>,
    problems: BTreeSet<u16>,
}

impl<'a> Operation<'a> {
    /// What is the same for every handler: the key and its limits, and what a method brings with it.
    pub(super) fn of(route: &Route, schemas: &'a mut Schemas) -> Self {
        let mut problems = BTreeSet::from(problems::ALWAYS);
        if route.needs.scope().is_some() {
            problems.insert(403);
        }
        if route.conflicts {
            problems.insert(409);
        }
        let mut parameters = Vec::new();
        if route.method == Method::POST {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
            problems.extend([413, 422]);
        }
        Self { path: route.path, schemas, parameters, body: None, answers: BTreeMap::new(), problems }
    }

    /// The places in the path: one, or several in order.
    pub(super) fn places<T: JsonSchema>(&mut self) {
        self.problems.insert(404);
        let schema = self.schemas.parts::<T>();
        let several = schema.get("prefixItems").and_then(Value::as_array).cloned();
        for (name, schema) in names_in(self.path).zip(several.unwrap_or_else(|| vec![schema.to_value()])) {
            let parameter = json!({ "name": name, "in": "path", "required": true, "schema": schema });
            self.parameters.push(parameter);
        }
    }

    /// Which page of a list.
    pub(super) fn page(&mut self) {
        self.problems.extend([400, 422]);
        for name in ["Cursor", "Limit"] {
            self.parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
        }
    }

    /// The fields of a type as what a query may say; none has to be said.
    pub(super) fn query<T: JsonSchema>(&mut self) {
        self.problems.extend([400, 422]);
        let schema = self.schemas.parts::<T>();
        let fields = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, mut schema) in fields {
            let about = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            self.asked(&name, about.unwrap_or_default(), schema);
        }
    }

    /// One thing that a query may say.
    pub(super) fn asked(&mut self, name: &str, about: Value, schema: Value) {
        self.parameters.push(json!({ "name": name, "in": "query", "description": about, "schema": schema }));
    }

    /// A body of JSON.
    pub(super) fn body<T: JsonSchema>(&mut self, is_required: bool) {
        self.problems.extend([400, 413, 415, 422]);
        let schema = self.schemas.body::<T>();
        self.body = Some(json!({ "required": is_required, "content": { "application/json": { "schema": schema } } }));
    }

    /// A body that is a file, or has one in it.
    pub(super) fn upload(&mut self, media: &[&str], schema: Schema) {
        self.problems.extend([400, 413, 422]);
        let media: Map<String, Value> =
            media.iter().map(|media| ((*media).to_owned(), json!({ "schema": schema }))).collect();
        self.body = Some(json!({ "required": true, "content": media }));
    }

    /// JSON comes back.
    pub(super) fn gives<T: JsonSchema>(&mut self, status: u16, about: &str) {
        let schema = self.schemas.given::<T>();
        let content = json!({ "application/json": { "schema": schema } });
        self.answers.insert(status, json!({ "description": about, "headers": problems::limits(), "content": content }));
    }

    /// The answer of this status says where the new thing is.
    pub(super) fn says_where(&mut self, status: u16) {
        if let Some(answer) = self.answers.get_mut(&status) {
            answer["headers"]["Location"] = json!({ "$ref": "#/components/headers/Location" });
        }
    }

    /// Nothing comes back.
    pub(super) fn gives_nothing(&mut self) {
        self.answers.insert(204, json!({ "description": "Done.", "headers": problems::limits() }));
    }

    /// A file comes back.
    pub(super) fn gives_file(&mut self, media: &[&str]) {
        let schema = json!({ "type": "string", "format": "binary" });
        let content: Map<String, Value> = media
            .iter()
            .map(|media| {
                let schema = if *media == "application/json" { json!({}) } else { schema.clone() };
                ((*media).to_owned(), json!({ "schema": schema }))
            })
            .collect();
        let mut headers = problems::limits();
        headers["Content-Disposition"] = json!({ "$ref": "#/components/headers/ContentDisposition" });
        self.answers.insert(200, json!({ "description": "The file.", "headers": headers, "content": content }));
    }

    /// The whole, as OpenAPI writes it.
    pub(super) fn written(self, route: &Route) -> Value {
        let mut answers: Answers =
            self.answers.into_iter().map(|(status, answer)| (status.to_string(), answer)).collect();
        if route.method == Method::POST {
            for answer in answers.values_mut() {
                answer["headers"]["Idempotency-Replayed"] =
                    json!({ "$ref": "#/components/headers/IdempotencyReplayed" });
            }
        }
        answers.extend(self.problems.iter().map(|status| (status.to_string(), problems::reference(*status))));
        let scopes: Vec<_> = route.needs.scope().iter().map(|scope| scope.word()).collect();
        let mut operation = json!({
            "tags": [super::tag_of(route.path)],
            "operationId": id_of(route),
            "summary": route.about,
            "description": description(route),
            "security": [{ "key": scopes }],
            "parameters": self.parameters,
            "responses": answers,
        });
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        operation
    }
}

fn description(route: &Route) -> String {
    let scope = match route.needs.scope() {
        None => "Any key.".to_owned(),
        Some(scope) => format!("Keys with the scope `{scope}`."),
    };
    [route.more, &scope].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// `GET /lists/{id}/members` is `get-lists-id-members`.
fn id_of(route: &Route) -> String {
    let path = route.path.replace(['{', '}'], "").replace(['/', '_', '.'], "-");
    format!("{}{path}", route.method.as_str().to_lowercase())
}

fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}
