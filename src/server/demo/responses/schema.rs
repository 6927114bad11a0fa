//! Whether a JSON schema is strict in the vendor's sense: every object says `additionalProperties: false` and requires
//! all it has, the root is an object, and no keyword is used that the vendor does not take.

use serde_json::{Map, Value};

/// Levels of objects and lists, at most.
const LEVELS: usize = 10;

/// Keywords that are taken.
const KEYWORDS: [&str; 21] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "$ref",
    "$defs",
    "definitions",
    "title",
    "description",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
];

/// What is wrong with a schema, in the vendor's manner; nothing when it is strict.
pub(super) fn check(schema: &Value) -> Result<(), String> {
    let root = schema
        .as_object()
        .ok_or_else(|| "In context=(), schema must be an object.".to_owned())?;
    if root.get("type").and_then(Value::as_str) != Some("object") {
        return Err("In context=(), schema must be a JSON Schema of 'type: \"object\"'.".to_owned());
    }
    check_node(root, root, &mut Vec::new(), 0)
}

/// The definition a `$ref` points at.
pub(super) fn referred<'a>(root: &'a Map<String, Value>, reference: &str) -> Option<&'a Map<String, Value>> {
    if reference == "#" {
        return Some(root);
    }
    let (place, name) = reference.strip_prefix("#/")?.split_once('/')?;
    matches!(place, "$defs" | "definitions")
        .then(|| root.get(place)?.get(name)?.as_object())
        .flatten()
}

fn check_node<'a>(
    node: &'a Map<String, Value>,
    root: &Map<String, Value>,
    path: &mut Vec<&'a str>,
    level: usize,
) -> Result<(), String> {
    let wrong = |path: &[&str], what: &str| {
        let context: Vec<String> = path.iter().map(|step| format!("'{step}'")).collect();
        Err(format!("In context=({}), {what}", context.join(", ")))
    };
    if level > LEVELS {
        return wrong(path, "schema exceeds the nesting limit.");
    }
    if let Some(keyword) = node.keys().find(|name| {
        // `multipleOf` is taken too; a list of 22 would say nothing more.
        !KEYWORDS.contains(&name.as_str()) && *name != "multipleOf"
    }) {
        return wrong(path, &format!("'{keyword}' is not permitted."));
    }
    if let Some(reference) = node.get("$ref") {
        let known = reference.as_str().and_then(|reference| referred(root, reference));
        return match known {
            Some(_) => Ok(()),
            None => wrong(path, "reference to component can not be found."),
        };
    }
    for place in ["$defs", "definitions"] {
        for (name, defined) in node.get(place).and_then(Value::as_object).into_iter().flatten() {
            visit(defined, root, path, &[place, name], level)?;
        }
    }
    if let Some(choices) = node.get("anyOf") {
        let Some(choices) = choices.as_array().filter(|_| level > 0) else {
            return wrong(path, "'anyOf' is not permitted here.");
        };
        for choice in choices {
            visit(choice, root, path, &["anyOf"], level)?;
        }
        return Ok(());
    }
    let names = types(node);
    if names.is_empty() && !node.contains_key("enum") && !node.contains_key("const") {
        return wrong(path, "schema must have a 'type' key.");
    }
    if names.contains(&"object") {
        if node.get("additionalProperties") != Some(&Value::Bool(false)) {
            return wrong(
                path,
                "'additionalProperties' is required to be supplied and to be false.",
            );
        }
        let none = Map::new();
        let properties = node.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required: Vec<&str> = node
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if let Some(name) = properties.keys().find(|name| !required.contains(&name.as_str())) {
            let what = "'required' is required to be supplied and to be an array including every key in properties.";
            return wrong(path, &format!("{what} Missing '{name}'."));
        }
        if let Some(name) = required.iter().find(|name| !properties.contains_key(**name)) {
            return wrong(path, &format!("'required' names '{name}', which is no property."));
        }
        for (name, property) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
            visit(property, root, path, &["properties", name], level + 1)?;
        }
    }
    if names.contains(&"array") {
        match node.get("items") {
            Some(items) => visit(items, root, path, &["items"], level + 1)?,
            None => return wrong(path, "array schema missing items."),
        }
    }
    Ok(())
}

fn visit<'a>(
    node: &'a Value,
    root: &Map<String, Value>,
    path: &mut Vec<&'a str>,
    steps: &[&'a str],
    level: usize,
) -> Result<(), String> {
    let before = path.len();
    path.extend_from_slice(steps);
    let checked = match node.as_object() {
        Some(node) => check_node(node, root, path, level.max(1)),
        None => Err(format!("In context=({}), schema must be an object.", path.join(", "))),
    };
    path.truncate(before);
    checked
}

/// The types a node allows.
pub(super) fn types(node: &Map<String, Value>) -> Vec<&str> {
    match node.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn strict_schemas_pass_and_others_say_where() {
        let object = |properties: Value| {
            let names: Vec<&String> = properties.as_object().expect("an object").keys().collect();
            json!({"type": "object", "additionalProperties": false, "required": names, "properties": properties})
        };
        let fine = object(json!({
            "caption": {"type": "string", "description": "one sentence"},
            "mood": {"type": ["string", "null"], "enum": ["calm", "lively", null]},
            "objects": {"type": "array", "maxItems": 9, "items": object(json!({"name": {"type": "string"}}))},
            "other": {"anyOf": [{"$ref": "#/$defs/thing"}, {"type": "null"}]},
        }));
        let mut fine = fine;
        fine["$defs"] = json!({"thing": object(json!({"name": {"type": "string"}}))});
        assert_eq!(check(&fine), Ok(()));
        let cases = [
            (
                json!({"type": "array", "items": {"type": "string"}}),
                "type: \"object\"",
            ),
            (
                json!({"type": "object", "properties": {}, "required": []}),
                "additionalProperties",
            ),
            (
                json!({"type": "object", "additionalProperties": false, "properties": {"a": {"type": "string"}}}),
                "Missing 'a'",
            ),
            (
                object(json!({"a": {"type": "array"}})),
                "('properties', 'a'), array schema missing items",
            ),
            (
                object(json!({"a": {"type": "string", "minLength": 1}})),
                "'minLength' is not permitted",
            ),
            (object(json!({"a": {"$ref": "#/$defs/none"}})), "can not be found"),
            (object(json!({"a": {}})), "must have a 'type'"),
        ];
        for (schema, expected) in cases {
            let told = check(&schema).expect_err("not strict");
            assert!(told.contains(expected), "{told}");
        }
    }
}
