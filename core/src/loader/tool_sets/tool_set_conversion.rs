//! The tools of a set, under its options: names, amended definitions, and the lines of the report.

use std::sync::Arc;

use super::tool_set::{FailedExport, GivenTool, NameOwner, OnError, ToolSet};
use crate::convert::{Conversion, Excluded, Override, SkippedOperation, ToolLocation, merge_notes};
use crate::error::{Error, Problem, Result};
use crate::json::HashMap;
use crate::loader::options::LoadOptions;
use crate::registry::{Identity, NameChoice, Origin, RegisteredTool, UnnamedOperation, family_of};
use crate::spec::InputCoverage;
use crate::tool::name::{confusion_key, find_fault};
use crate::tool::sha256::hex;
use crate::tool::{ToolDefinition, Version, joined_scopes};

/// The number of hex digits of a hash that stand for a version. The prefix keeps one of decimal digits alone from being a
/// semantic version.
const HASH_DIGITS: usize = 12;

/// The tools of one set, ready for the registry.
pub struct ConvertedSet {
    /// The lines of the report; its tools are apart.
    pub conversion: Conversion,
    pub tools: Vec<RegisteredTool>,
    pub locations: Vec<ToolLocation>,
}

impl ToolSet {
    /// Applies the options of a set to its tools.
    ///
    /// # Errors
    /// Where its `on_error` is [`OnError::Refuse`], or no tool is left, that of the first export that is no tool, or whose name another one has.
    pub fn convert(&self, now: u64) -> Result<ConvertedSet> {
        let options = &self.options;
        let version = options.conversion.version.clone().or_else(|| self.version.clone());
        let tool_version = version.as_deref().map(Version::new);
        let origin = self.origin();
        let mut names = UsedNames::default();
        let mut failed: Vec<FailedExport> = self.failed.clone();
        let (mut tools, mut locations, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for given in &self.tools {
            let amended = amended_definition(given, options, tool_version.as_ref());
            match amended.and_then(|definition| names.add(&self.name, definition)) {
                Ok(definition) => {
                    let (identity, name) = (export_identity(&given.export), definition.name.clone());
                    notes.extend(given.notes.iter().map(|note| (note.clone(), Some(name.clone()))));
                    locations.push(tool_location(name, &identity));
                    let executor = Arc::clone(&given.executor);
                    let mut tool = RegisteredTool::new(definition, executor, origin.clone(), now);
                    tool.operation = Some(identity);
                    tools.push(tool);
                }
                Err(error) => failed.push(FailedExport { export: Arc::clone(&given.export), error }),
            }
        }
        if let Some(first) = failed.first().filter(|_| self.on_error == OnError::Refuse || tools.is_empty()) {
            return Err(first.error.clone());
        }
        let skipped =
            failed.iter().map(|one| SkippedOperation::new(&export_identity(&one.export), "", &one.error));
        let conversion = Conversion {
            version: Some(version.unwrap_or_else(|| format!("sha256:{}", &hex(&self.hash)[..HASH_DIGITS]))),
            operations: self.tools.len() + self.failed.len(),
            tools: Vec::new(),
            skipped: skipped.collect(),
            excluded: Excluded::default(),
            notes: merge_notes(notes),
        };
        Ok(ConvertedSet { conversion, tools, locations })
    }

    fn origin(&self) -> Origin {
        Origin {
            source: self.name.as_str().into(),
            namespace: self.options.conversion.namespace.as_deref().map(Into::into),
        }
    }
}

/// A tool of code for the name ledger: its name is its identity, so that it keeps the name in another file. Spellings of one
/// name are one identity, so that a tool can be renamed from `get_user` to `get-user`. With [`NameOwner::Export`] the export
/// is its identity, within the family of its source.
pub fn named_code(tool: &RegisteredTool, owner: NameOwner) -> UnnamedOperation {
    let name = tool.name().to_owned();
    let identity = match (&tool.operation, owner) {
        (Some(export), NameOwner::Export) => {
            Identity { method: family_of(&tool.origin.source).into(), ..export.clone() }
        }
        _ => Identity { path: confusion_key(&name).into(), method: Arc::default(), id: None },
    };
    UnnamedOperation { identity, choice: NameChoice::Explicit(name) }
}

/// An export as the operation that a tool is made from.
fn export_identity(export: &Arc<str>) -> Identity {
    Identity { path: Arc::clone(export), method: Arc::default(), id: None }
}

fn tool_location(tool: String, identity: &Identity) -> ToolLocation {
    ToolLocation {
        tool,
        identity: identity.clone(),
        pointer: String::new(),
        coverage: InputCoverage::default(),
    }
}

/// The definition under the options of the set. An override is found by the name that the tool gives itself.
fn amended_definition(
    given: &GivenTool,
    options: &LoadOptions,
    version: Option<&Version>,
) -> Result<ToolDefinition> {
    let conversion = &options.conversion;
    let mut definition = given.definition.clone();
    let own = conversion.overrides.find_named(&definition.name);
    let Override {
        name,
        description,
        category,
        tags,
        aliases,
        requires_auth,
        requires_approval,
        scopes,
        rate_limit,
        call_limits,
        output_schema,
        ..
    } = own.cloned().unwrap_or_default();
    definition.name = match (name, &conversion.namespace) {
        (Some(name), _) => name,
        (None, Some(namespace)) => format!("{namespace}_{}", definition.name),
        (None, None) => definition.name,
    };
    if let Some(fault) = find_fault(&definition.name) {
        let problems = vec![Problem::at("/name", fault)];
        return Err(Error::InvalidDefinition { tool: definition.name, problems });
    }
    definition.description = description.unwrap_or(definition.description);
    definition.category = category.or_else(|| conversion.category.clone()).or(definition.category);
    definition.tags = tags.unwrap_or(definition.tags);
    let more = conversion.tags.iter().filter(|tag| !definition.tags.contains(tag)).cloned();
    definition.tags.extend(more.collect::<Vec<_>>());
    definition.aliases = aliases.unwrap_or(definition.aliases);
    definition.requires_auth = requires_auth.unwrap_or(definition.requires_auth);
    definition.requires_approval = requires_approval.map_or(definition.requires_approval, Into::into);
    definition.scopes = joined_scopes(scopes.unwrap_or(definition.scopes), &conversion.scopes);
    definition.rate_limit = rate_limit.or(definition.rate_limit).or(conversion.rate_limit);
    definition.call_limits = call_limits.over(&definition.call_limits).over(&conversion.call_limits);
    definition.output_schema = definition.output_schema.filter(|_| output_schema != Some(false));
    definition.version = definition.version.or_else(|| version.cloned());
    Ok(definition)
}

/// The names of a set so far.
#[derive(Default)]
struct UsedNames(HashMap<String, String>);

impl UsedNames {
    /// Adds the name of a tool.
    ///
    /// # Errors
    /// `NAME_TAKEN` where another tool of the set has it, or one that differs by `-` and `_` or by case alone.
    fn add(&mut self, source: &str, definition: ToolDefinition) -> Result<ToolDefinition> {
        let key = confusion_key(&definition.name).into_owned();
        if let Some(holder) = self.0.get(&key) {
            let (name, holder) = (definition.name, holder.clone());
            return Err(Error::NameTaken { name, holder, source_name: source.to_owned() });
        }
        self.0.insert(key, definition.name.clone());
        Ok(definition)
    }
}
