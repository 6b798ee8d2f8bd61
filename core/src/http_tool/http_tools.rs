//! HTTP tools of a registry: registers one, or replaces all tools of a source in one revision.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};

use super::http_tool_definition::{HttpToolDefinition, HttpToolInput};
use super::tool_credential::ToolCredential;
use crate::auth::{AuthRequirements, Authenticator, CredentialFunction, Credentials, OriginBinding};
use crate::clock::Clock;
use crate::error::{Error, Problem, Result};
use crate::exec::HttpOperation;
use crate::http::HttpClient;
use crate::json::HashMap;
use crate::registry::{
    AppliedReplacement, GroupMember, OnConflict, Origin, RegisteredTool, RevisionGroup, ToolRegistry,
    family_of,
};
use crate::tool::ToolDefinition;
use crate::tool::name::confusion_key;
use crate::tool::sha256::sha256;

/// A definition as a program gives it.
pub struct GivenHttpTool {
    /// The definition as JSON.
    pub text: String,
    /// Problems of values that JSON cannot hold, which `text` leaves out.
    pub unsaid: Vec<Problem>,
    /// The credential function, where `auth` is one.
    pub function: Option<CredentialFunction>,
}

/// The HTTP tools of one registry. Its tools share connections and circuits; equal credentials share their tokens. A clone is
/// the same.
#[derive(Clone)]
pub struct HttpTools {
    registry: Arc<ToolRegistry>,
    client: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    /// The owner of the sources that are replaced as a whole.
    owner: u64,
    /// Credentials in use, by a digest of `auth` and of what is redacted with them.
    credentials: Arc<Mutex<HashMap<[u8; 32], Weak<Credentials>>>>,
}

impl HttpTools {
    /// HTTP tools of a registry, whose requests a client sends.
    pub fn new(registry: Arc<ToolRegistry>, client: Arc<dyn HttpClient>, clock: Arc<dyn Clock>) -> Self {
        let owner = registry.source_claims().new_owner();
        Self { registry, client, clock, owner, credentials: Arc::default() }
    }

    /// Registers one tool, as code registers others. `hosts` are the private hosts that it may call. Returns the id of its
    /// registration.
    ///
    /// # Errors
    /// `INVALID_DEFINITION` with all problems, `LIMIT_EXCEEDED`, `NAME_TAKEN`, `CLOSED`.
    pub fn register(
        &self,
        given: GivenHttpTool,
        hosts: &[String],
        on_conflict: Option<OnConflict>,
    ) -> Result<u64> {
        let tool = self.tool(given, hosts, Origin::code())?;
        self.registry.register_with(tool, on_conflict)
    }

    /// Replaces all tools of a source by these, in one revision. Tools that are the same stay as they are; without tools
    /// the source is gone.
    ///
    /// # Errors
    /// `INVALID_DEFINITION` with the problems of all definitions, each with the index of its definition; `NAME_TAKEN` for a
    /// tool or a source that others have; `LIMIT_EXCEEDED`, `CLOSED`. Nothing is changed then.
    pub fn replace_source(
        &self,
        source: &str,
        given: Vec<GivenHttpTool>,
        hosts: &[String],
    ) -> Result<AppliedReplacement> {
        if family_of(source) == Origin::CODE {
            let location = "the tools that were registered one by one".to_owned();
            return Err(Error::SourceTaken { name: source.to_owned(), location });
        }
        let tools = self.tools(source, given, hosts)?;
        let is_empty = tools.is_empty();
        let is_new = self.registry.read(|snapshot| snapshot.tools_of(source).next().is_none());
        self.registry.source_claims().claim_code(source, self.owner)?;
        let applied = self.registry.apply_whole(source, tools);
        if is_empty || (is_new && applied.is_err()) {
            self.registry.source_claims().release(source, self.owner);
        }
        applied
    }

    fn tools(
        &self,
        source: &str,
        given: Vec<GivenHttpTool>,
        hosts: &[String],
    ) -> Result<Vec<RegisteredTool>> {
        let origin = Origin { source: source.into(), namespace: None };
        let (mut tools, mut problems, mut first) = (Vec::with_capacity(given.len()), Vec::new(), None);
        let mut names: HashMap<String, usize> = HashMap::default();
        for (index, given) in given.into_iter().enumerate() {
            let tool = match self.tool(given, hosts, origin.clone()) {
                Ok(tool) => tool,
                Err(Error::InvalidDefinition { tool, problems: own }) => {
                    let placed = |problem: Problem| {
                        Problem::at(format!("/{index}{}", problem.pointer), problem.message)
                    };
                    problems.extend(own.into_iter().map(placed));
                    first.get_or_insert(tool);
                    continue;
                }
                Err(other) => return Err(other),
            };
            let key = confusion_key(tool.name()).into_owned();
            if let Some(known) = names.insert(key, index) {
                let message = format!(
                    "is the name of definition {known} too, or differs by \"-\", \"_\" or case alone"
                );
                problems.push(Problem::at(format!("/{index}/name"), message));
                first.get_or_insert(tool.name().to_owned());
            }
            tools.push(tool);
        }
        match first {
            None => Ok(tools),
            Some(tool) => Err(Error::InvalidDefinition { tool, problems }),
        }
    }

    fn tool(&self, given: GivenHttpTool, hosts: &[String], origin: Origin) -> Result<RegisteredTool> {
        let GivenHttpTool { text, unsaid, function } = given;
        ToolDefinition::check_bytes(&text, self.registry.definition_bytes())?;
        let value: Value = serde_json::from_str(&text).map_err(|error| {
            let problems = vec![Problem::at("", format!("cannot be read as JSON: {error}"))];
            Error::InvalidDefinition { tool: String::new(), problems }
        })?;
        let is_function = function.is_some();
        let HttpToolDefinition { definition, endpoint, server, headers, credential, parts } =
            HttpToolDefinition::parse(HttpToolInput { value: &value, unsaid, function, hosts })?;
        let binding = OriginBinding::default();
        binding.bind(Some(&server.base), std::iter::empty(), std::iter::empty());
        let authenticator = match credential {
            None => Authenticator::default(),
            Some(ToolCredential { name, scheme, mut credentials }) => {
                credentials.set_clock(Arc::clone(&self.clock));
                let shared =
                    if is_function { Arc::new(credentials) } else { self.share(&value, credentials) };
                let requirements = AuthRequirements::of_definition(name, scheme);
                Authenticator::new(requirements, shared, Arc::new(binding))
            }
        };
        let operation =
            HttpOperation::new(endpoint, Some(server.base), Arc::new(headers), Arc::clone(&self.client))
                .with_clock(Arc::clone(&self.clock))
                .within(server.reach)
                .with_authenticator(authenticator)
                .with_definition(parts);
        Ok(RegisteredTool::new(definition, Arc::new(operation), origin, self.clock.unix_ms()))
    }

    /// The credentials of an equal definition, where a tool has them: their tokens are fetched once. Credentials redact
    /// the headers of their tools too, so these are equal as well.
    fn share(&self, value: &Value, credentials: Credentials) -> Arc<Credentials> {
        let key = ["auth", "authScheme", "headers"].map(|key| value.get(key).unwrap_or(&Value::Null));
        let key = sha256(json!(key).to_string().as_bytes());
        // A thread that panicked has left the table whole.
        let mut known = self.credentials.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = known.get(&key).and_then(Weak::upgrade) {
            return shared;
        }
        known.retain(|_, shared| shared.strong_count() > 0);
        let shared = Arc::new(credentials);
        known.insert(key, Arc::downgrade(&shared));
        shared
    }
}

impl GroupMember for HttpTools {
    fn within(&self, group: &RevisionGroup) -> Self {
        Self { registry: Arc::clone(group.registry()), ..self.clone() }
    }
}
