//! Assembles a registered tool from an operation that was read and named: definition, annotations and executor.

use std::sync::Arc;

use url::Url;

use super::authentication::OperationAuthentication;
use super::conversion_context::ConversionContext;
use super::document_defaults::DocumentDefaults;
use super::operation_reading::ReadOperation;
use super::options::ConversionOptions;
use super::overrides::{OverrideAuthor, OverrideLayers};
use super::server_reach::server_reach;
use crate::auth::Authenticator;
use crate::exec::HttpOperation;
use crate::http::Reach;
use crate::registry::RegisteredTool;
use crate::schema::{Note, Schema, kind};
use crate::spec::{Arguments, Operation};
use crate::tool::{CONTEXT_KEYS, ToolDefinition};
use crate::wire::{Endpoint, annotations_of};

/// Assembles the tool of an operation. Gives the tool, and notes on it.
pub fn assemble_tool(
    reading: ReadOperation<'_, '_>,
    name: &str,
    defaults: &DocumentDefaults,
    context: &ConversionContext<'_>,
) -> (RegisteredTool, Vec<Note>) {
    let authenticator = authenticator(&reading.authentication, reading.lacks_credential, context.options);
    let reach = reach(reading.base.as_ref(), context);
    let ReadOperation { site, identity, method, operation, output, overrides, fixed, base, .. } = reading;
    let Operation { template, description, tags, arguments, security, accept, mut notes, .. } = operation;
    let Arguments { properties, definitions, map, body, spellings, .. } = arguments;
    let options = context.options;
    let (tags, category) = tags_and_category(&overrides, tags, options);
    let rate_limit = overrides.rate_limit(options.rate_limit);
    let definition = ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: overrides.description().unwrap_or(description),
        category,
        tags,
        aliases: overrides.aliases(),
        input_schema: Schema::for_arguments(properties, definitions),
        output_schema: output.schema.map(Box::new),
        version: defaults.tool_version.clone(),
        requires_auth: overrides.requires_auth(),
        requires_approval: overrides.requires_approval().into(),
        scopes: overrides.scopes(&options.scopes),
        rate_limit: rate_limit.map(|(_, limit)| limit),
        call_limits: overrides.call_limits(&options.call_limits),
        deprecated: site.is_deprecated(),
        annotations: annotations_of(&method),
    };
    let endpoint = Endpoint { method, template, arguments: map, fixed, body, security, accept };
    let client = Arc::clone(context.client);
    let executor = HttpOperation::new(endpoint, base, Arc::clone(&options.headers), client)
        .with_clock(Arc::clone(context.clock))
        .within(reach)
        .with_authenticator(authenticator)
        .with_spellings(spellings);
    let mut tool = RegisteredTool::new(definition, Arc::new(executor), defaults.origin.clone(), context.now);
    tool.operation = Some(identity);
    tool.rate_limit_is_requested = rate_limit.is_some_and(|(author, _)| author == OverrideAuthor::Document);
    notes.extend(output.notes);
    notes.extend(context_key_notes(&tool, &site.pointer));
    (tool, notes)
}

/// The tags and the category of a tool: the first tag of its own is the category, where nothing else says one.
fn tags_and_category(
    overrides: &OverrideLayers<'_>,
    tags: Vec<String>,
    options: &ConversionOptions,
) -> (Vec<String>, Option<String>) {
    let mut tags = overrides.tags().unwrap_or(tags);
    let category = overrides.category(options.category.as_ref()).or_else(|| tags.first().cloned());
    let more: Vec<String> = options.tags.iter().filter(|tag| !tags.contains(tag)).cloned().collect();
    tags.extend(more);
    (tags, category)
}

fn authenticator(
    authentication: &OperationAuthentication,
    lacks_credential: bool,
    options: &ConversionOptions,
) -> Authenticator {
    let requirements = authentication.requirements.clone();
    let authenticator =
        Authenticator::new(requirements, Arc::clone(&options.auth), Arc::clone(&options.origin_binding));
    // A load with `auth` chooses a credential at each call: the error comes then, with the scheme that failed.
    if lacks_credential && !options.auth.is_given() {
        authenticator.with_refusal(authentication.refusal.clone())
    } else {
        authenticator
    }
}

/// The hosts that calls may reach. The option `baseUrl` is the caller's word, and is trusted.
fn reach(base: Option<&Url>, context: &ConversionContext<'_>) -> Reach {
    match base {
        Some(base) if context.options.base_url.is_none() => {
            server_reach(base, &context.options.hosts, context.location)
        }
        Some(_) | None => Reach::Any,
    }
}

/// Notes on arguments with the name of a context key, such as `userId`: they are the model's, and identify no user.
fn context_key_notes(tool: &RegisteredTool, pointer: &str) -> Vec<Note> {
    let keys = CONTEXT_KEYS.iter().zip(tool.own_context_keys()).filter(|(_, is_argument)| *is_argument);
    let note = |(key, _): (&&str, bool)| {
        let message = format!(
            "\"{key}\" is an argument of this tool; its caller's identity comes from the context alone"
        );
        Note::new(kind::CONTEXT_KEY_IS_ARGUMENT, pointer, message)
    };
    keys.map(note).collect()
}
