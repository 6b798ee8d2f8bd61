//! Header arguments of the Model Context Protocol (MCP): arguments that clients repeat in HTTP headers (`x-mcp-header`).

use serde::Serialize;
use serde_json::{Map, Value};

/// An argument that an HTTP client of MCP repeats in the header `Mcp-Param-<header>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct McpHeader {
    /// The path of the argument: its name, after those of the objects around it.
    pub path: Vec<String>,
    /// The name of the header after `Mcp-Param-`.
    pub header: String,
    /// The type of the argument: `string`, `integer` or `boolean`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The header arguments of an input schema that passed the checks: they are below `properties` alone, and have a type.
pub fn header_arguments(schema: &Map<String, Value>) -> Vec<McpHeader> {
    let mut found = Vec::new();
    collect(schema, &mut Vec::new(), &mut found);
    found
}

fn collect<'s>(schema: &'s Map<String, Value>, path: &mut Vec<&'s str>, found: &mut Vec<McpHeader>) {
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    for (name, property) in properties {
        let Value::Object(property) = property else { continue };
        path.push(name);
        if let (Some(Value::String(header)), Some(Value::String(kind))) =
            (property.get("x-mcp-header"), property.get("type"))
        {
            let path = path.iter().map(|&step| step.to_owned()).collect();
            found.push(McpHeader { path, header: header.clone(), kind: kind.clone() });
        }
        collect(property, path, found);
        path.pop();
    }
}
