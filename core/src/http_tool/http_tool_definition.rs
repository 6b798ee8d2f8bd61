//! Definition of an HTTP tool → the tool: its definition, and the operation that its calls carry out.

use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::argument_places::{ArgumentPlacing, has_body, may_have_body, read_given_places};
use super::fixed_members::FixedMembers;
use super::http_tool_reader::{HTTP_KEYS, HttpToolReader};
use super::misplaced_schemas::report_unplaced_properties;
use super::request_place::RequestPlace;
use super::taken_places::TakenPlaces;
use super::tool_arguments::ToolArguments;
use super::tool_credential::ToolCredential;
use super::tool_endpoint::ToolEndpoint;
use crate::auth::CredentialFunction;
use crate::error::{Error, Problem, Result, nearest};
use crate::exec::{ContextValues, DefinedParts, ResponseProjection};
use crate::json::pointer;
use crate::spec::{Argument, ArgumentLocation, BodyEncoding, MediaKind, MediaType, is_sendable};
use crate::tool::{Annotations, CallApproval, DEFINITION_KEYS, ToolDefinition, check_alias_limits};
use crate::wire::{Endpoint, annotations_of};

/// The methods of HTTP tools.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const JSON: &str = "application/json";

/// An HTTP tool that was read.
pub struct HttpToolDefinition {
    pub definition: ToolDefinition,
    pub endpoint: Endpoint,
    pub server: ToolEndpoint,
    pub headers: http::HeaderMap,
    pub credential: Option<ToolCredential>,
    pub parts: DefinedParts,
}

/// What a definition is read with.
pub struct HttpToolInput<'i> {
    /// The definition, without values that JSON cannot hold.
    pub value: &'i Value,
    /// Problems of these values.
    pub unsaid: Vec<Problem>,
    /// The credential function, which has no JSON form.
    pub function: Option<CredentialFunction>,
    /// The private hosts that calls may reach.
    pub hosts: &'i [String],
}

impl HttpToolDefinition {
    /// Reads a definition.
    ///
    /// # Errors
    /// `INVALID_DEFINITION` with all problems, or `LIMIT_EXCEEDED` for too many or too long aliases.
    pub fn parse(input: HttpToolInput<'_>) -> Result<Self> {
        let HttpToolInput { value, unsaid, function, hosts } = input;
        let empty = Map::new();
        let map = value.as_object().unwrap_or(&empty);
        let name = map.get("name").and_then(Value::as_str).unwrap_or_default();
        check_alias_limits(map.get("aliases"), name, "/aliases")?;
        let mut reader = HttpToolReader::new(map);
        let (definition, mut problems) = match read_definition(value, map, unsaid, &mut reader) {
            Ok(definition) => (Some(definition), Vec::new()),
            Err(problems) => (None, problems),
        };
        let schema = match &definition {
            Some(definition) => definition.input_schema.value(),
            // The parameters are known by name, so that their places are judged too.
            None => schema_as_written(map),
        };
        let declared = ToolArguments::of_schema(&schema, map);
        if definition.is_some() {
            report_unplaced_properties(&schema, &declared, &mut reader);
        }
        let request = RequestReader { declared: &declared, hosts }.read(&mut reader, function);
        let projection = reader.value("response").and_then(|value| {
            ResponseProjection::parse(value, "/response").map_err(|problems| reader.extend(problems)).ok()
        });
        if says_no_user(map) && request.as_ref().is_some_and(|request| request.context.needs_user()) {
            reader.add("/requiresAuth", "is false, and a request of the tool needs context.userId");
        }
        problems.extend(reader.into_problems());
        match (definition, request) {
            (Some(definition), Some(request)) if problems.is_empty() => {
                Ok(request.into_tool(definition, projection))
            }
            _ => {
                let tool = map.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
                Err(Error::InvalidDefinition { tool, problems })
            }
        }
    }
}

/// Reads the keys that every definition has.
fn read_definition(
    value: &Value,
    map: &Map<String, Value>,
    unsaid: Vec<Problem>,
    reader: &mut HttpToolReader<'_>,
) -> Result<ToolDefinition, Vec<Problem>> {
    let own: Value = if value.is_object() {
        let is_common = |(key, _): &(&String, &Value)| DEFINITION_KEYS.contains(&key.as_str());
        map.iter()
            .filter(is_common)
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<Map<_, _>>()
            .into()
    } else {
        value.clone()
    };
    let all: Vec<&str> = DEFINITION_KEYS.into_iter().chain(HTTP_KEYS).collect();
    for key in map.keys().filter(|key| !all.contains(&key.as_str())) {
        reader.add(pointer::push("", key), unknown_key(key, &all));
    }
    match ToolDefinition::parse_with(&own, true, unsaid) {
        Ok(definition) => {
            if definition.requires_approval == CallApproval::ByPredicate {
                reader.add("/requiresApproval", "must be a boolean: an HTTP tool has no function");
            }
            Ok(definition)
        }
        Err(Error::InvalidDefinition { problems, .. }) => Err(problems),
        Err(other) => Err(vec![Problem::at("", other.to_string())]),
    }
}

fn unknown_key(key: &str, known: &[&str]) -> String {
    match key {
        "execute" => return "cannot stand beside endpoint: an HTTP tool has no closure".to_owned(),
        "timeoutMs" | "retries" | "concurrency" => {
            return format!("belongs into callLimits: {{ callLimits: {{ {key} }} }}");
        }
        "url" => return "is no key of an HTTP tool: is \"endpoint\" meant?".to_owned(),
        _ => {}
    }
    let near = nearest(key, known.iter().copied()).into_iter().next();
    let hint = near.map(|near| format!(", nearest: {near}")).unwrap_or_default();
    format!("is no key of an HTTP tool{hint}")
}

/// The parameters of a definition that has a problem elsewhere. All count as required.
fn schema_as_written(map: &Map<String, Value>) -> Value {
    let schema = map.get("inputSchema").and_then(|schema| schema.get("properties"));
    let properties = map.get("parameters").or(schema).and_then(Value::as_object).cloned().unwrap_or_default();
    let required: Vec<Value> = properties.keys().map(|name| Value::from(name.as_str())).collect();
    serde_json::json!({"properties": properties, "required": required})
}

fn says_no_user(map: &Map<String, Value>) -> bool {
    map.get("requiresAuth") == Some(&Value::Bool(false))
}

/// The request that a definition describes.
struct DefinedRequest {
    server: ToolEndpoint,
    method: Method,
    arguments: Vec<Arc<Argument>>,
    fixed: Vec<(ArgumentLocation, Value)>,
    body: Option<BodyEncoding>,
    headers: http::HeaderMap,
    context: ContextValues,
    credential: Option<ToolCredential>,
}

impl DefinedRequest {
    fn into_tool(
        self,
        mut definition: ToolDefinition,
        projection: Option<ResponseProjection>,
    ) -> HttpToolDefinition {
        let Self { server, method, arguments, fixed, body, headers, context, credential } = self;
        definition.requires_auth |= context.needs_user();
        let (given, default) = (definition.annotations, annotations_of(&method));
        definition.annotations = Annotations {
            read_only_hint: given.read_only_hint.or(default.read_only_hint),
            destructive_hint: given.destructive_hint.or(default.destructive_hint),
            idempotent_hint: given.idempotent_hint.or(default.idempotent_hint),
            open_world_hint: given.open_world_hint.or(default.open_world_hint),
        };
        let security: Vec<_> = credential.iter().map(ToolCredential::security).collect();
        let template = server.template.clone();
        let endpoint =
            Endpoint { method, template, arguments, fixed, body, security: security.into(), accept: None };
        HttpToolDefinition {
            definition,
            endpoint,
            server,
            headers,
            credential,
            parts: DefinedParts { context, projection },
        }
    }
}

/// Reads the keys of the request.
struct RequestReader<'r> {
    declared: &'r ToolArguments,
    hosts: &'r [String],
}

impl RequestReader<'_> {
    fn read_endpoint(&self, reader: &mut HttpToolReader<'_>) -> Option<ToolEndpoint> {
        if reader.value("endpoint").is_none() {
            reader.add("/endpoint", "is required: the URL that is called");
        }
        let is_parameter = |name: &str| self.declared.has(name);
        let endpoint = ToolEndpoint::parse(reader.text("endpoint")?, self.hosts, &is_parameter);
        endpoint.map_err(|message| reader.add("/endpoint", message)).ok()
    }

    fn read(
        &self,
        reader: &mut HttpToolReader<'_>,
        function: Option<CredentialFunction>,
    ) -> Option<DefinedRequest> {
        let server = self.read_endpoint(reader);
        let given = read_given_places(reader, self.declared);
        let mut taken = TakenPlaces::default();
        let literals = server.as_ref().and_then(|server| server.template.query()).unwrap_or_default();
        for (name, _) in form_urlencoded::parse(literals.as_bytes()) {
            // A literal query may have a name twice.
            let _ = taken.take(RequestPlace::Query, &name, "the query of the endpoint");
        }
        let credential = ToolCredential::read(reader, function, &mut taken);
        let FixedMembers { headers, values, mut context } = FixedMembers::read(reader, &mut taken);
        let says_body = reader.value("body").is_some()
            || given.values().any(|given| given.place == RequestPlace::Body)
            || reader.value("contentType").is_some();
        let method = read_method(reader, says_body);
        // Without an endpoint no path is known, and all that follows from it would be told in vain.
        let server = server?;
        let placing = ArgumentPlacing { template: &server.template, method: &method, given: &given };
        context.others.extend(placing.take_context_variables(&mut taken, reader));
        let mut arguments = placing.place_all(self.declared, &mut taken, reader);
        let body = read_body(reader, &method, &mut arguments, &taken);
        Some(DefinedRequest { server, method, arguments, fixed: values, body, headers, context, credential })
    }
}

/// The method; by default POST where something goes to the body, else GET.
fn read_method(reader: &mut HttpToolReader<'_>, says_body: bool) -> Method {
    let parse = |word: &str| {
        let known = METHODS.contains(&word).then_some(word)?;
        Method::from_bytes(known.as_bytes()).ok()
    };
    let default = if says_body { Method::POST } else { Method::GET };
    let method = reader.word("method", &METHODS, parse).unwrap_or(default);
    if !may_have_body(&method) {
        for key in ["body", "contentType"] {
            if reader.value(key).is_some() {
                reader.add(pointer::push("", key), format!("is of a body, and {method} has none: use POST"));
            }
        }
    }
    method
}

/// The encoding of the body, where anything goes there.
fn read_body(
    reader: &mut HttpToolReader<'_>,
    method: &Method,
    arguments: &mut [Arc<Argument>],
    taken: &TakenPlaces,
) -> Option<BodyEncoding> {
    let text = reader.text("contentType").unwrap_or(JSON);
    if !taken.has_any(RequestPlace::Body) {
        if reader.value("contentType").is_some() && has_body(method) {
            reader.add("/contentType", "is of a body, and nothing goes to it: leave it out");
        }
        return None;
    }
    let media_type = MediaType::parse(text);
    if !is_sendable(text) || text.contains('*') {
        reader.add("/contentType", format!("must be a media type, such as {JSON}"));
    }
    if matches!(media_type.kind, MediaKind::Text | MediaKind::Bytes) {
        take_whole_body(reader, arguments, &media_type);
    }
    Some(BodyEncoding { media_type, required: true, fields: Vec::new() })
}

/// Makes the one argument of a body that is a text or bytes the whole body.
fn take_whole_body(reader: &mut HttpToolReader<'_>, arguments: &mut [Arc<Argument>], media: &MediaType) {
    let is_body =
        |argument: &&mut Arc<Argument>| matches!(argument.location, ArgumentLocation::BodyProperty { .. });
    let mut candidates: Vec<&mut Arc<Argument>> = arguments.iter_mut().filter(is_body).collect();
    let is_alone = reader.value("body").is_none();
    match candidates.as_mut_slice() {
        [argument] if is_alone => {
            let whole = Argument { location: ArgumentLocation::Body, ..Argument::clone(argument) };
            **argument = Arc::new(whole);
        }
        _ => {
            let message = format!("is {}, which has no members: send one parameter as the body", media.name);
            reader.add("/contentType", message);
        }
    }
}
