//! What fields are in JSON whose Rust type does not say it, because they are read with more care than serde takes: for the
//! description of the API.

use schemars::{Schema, SchemaGenerator, json_schema};

/// A number, as number or text; null is as left out.
pub(crate) fn text_or_number(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "number", "null"] })
}

/// What [`Schedule::parse`](crate::schedule::Schedule::parse) reads.
pub(crate) fn schedule(_: &mut SchemaGenerator) -> Schema {
    let moment = "A moment, such as `2030-05-01T18:00`: by the clocks of the zone where it has no offset.";
    json_schema!({ "anyOf": [
        { "type": "string", "const": "now" },
        {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "type": { "type": ["string", "null"], "enum": ["now", "at", null] },
                "at": { "type": ["string", "null"], "description": moment },
                "time_zone": { "type": ["string", "null"], "description": "Such as `Europe/Rome`; the workspace's when left out." },
                "not_after": { "type": ["string", "null"], "description": "Whoever was not sent to by then is not sent to any more." },
                "late_minutes": { "type": ["string", "integer", "null"], "description": "How many minutes late it still starts by itself: 60 when left out." },
            },
        },
        { "type": "null" },
    ] })
}

/// Parts of an audience: lists.
pub(crate) fn audience_parts(_: &mut SchemaGenerator) -> Schema {
    let id = || serde_json::json!({ "type": "string", "description": "A list's id." });
    json_schema!({ "type": "array", "items": { "anyOf": [
        id(),
        { "type": "object", "required": ["id"], "properties": { "type": { "const": "list" }, "id": id() } },
        { "type": "object", "required": ["list_id"], "properties": { "list_id": id() } },
    ] } })
}

/// Custom fields by their keys.
pub(crate) fn custom_fields(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}
