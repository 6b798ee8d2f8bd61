//! Listed tools: the list of an MCP server, as it arrived → definitions under local names. Nothing that a server says is
//! trusted.

use std::cmp::Reverse;
use std::sync::Arc;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::header_arguments::{header_argument_problem, may_have_header_arguments};
use super::local_name::local_name;
use super::tool_set::{FailedExport, GivenTool};
use crate::error::{Error, Problem, Result};
use crate::json::HashMap;
use crate::schema::Note;
use crate::tool::name::confusion_key;
use crate::tool::sha256::Digester;
use crate::tool::{Executor, ToolDefinition};

/// Hints that a definition has too.
const HINTS: [&str; 4] = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];
/// How much longer than the item of a list the JSON of its definition may be, in bytes.
const MORE_BYTES: usize = 512;

/// How a list is read.
#[derive(Clone, Copy)]
pub struct ListReading<'r> {
    /// The name of the source.
    pub source: &'r str,
    /// The longest local name.
    pub most_name: usize,
    /// The most bytes of a definition.
    pub most_bytes: usize,
    /// Whether calls repeat arguments in headers, so that wrong ones refuse a tool.
    pub has_headers: bool,
    /// `0` for each item that is not chosen, by its place; all are without it.
    pub chosen: Option<&'r str>,
    /// The newest list that has entered: a name stays with the tool that has it.
    pub previous: Option<&'r ListedTools>,
}

/// The tools of a list, and what of it was left out.
#[derive(Default)]
pub struct ListedTools {
    /// The chosen tools in the order of the list, with those that have no valid definition.
    pub chosen: Vec<ChosenTool>,
    /// The tools in the order of their names, until they are loaded.
    pub tools: Vec<UpstreamTool>,
    /// Items that cannot become tools.
    pub failed: Vec<FailedExport>,
    /// The number of tools that were not chosen.
    pub unselected: usize,
    /// SHA-256 of what the tools are made of.
    pub hash: [u8; 32],
    /// The length of that, in bytes.
    pub bytes: usize,
    /// The server's own names by their local names.
    holders: HashMap<Box<str>, Arc<str>>,
}

/// A tool that was chosen, whatever becomes of it.
pub struct ChosenTool {
    /// The server's own name.
    pub own: Arc<str>,
    /// The name before the namespace.
    pub local: Box<str>,
    /// Whether the server names a schema of its results.
    pub has_output: bool,
    /// The schema of its arguments as JSON, where it may have header arguments.
    pub header_schema: Option<Box<str>>,
}

/// A tool with its definition.
pub struct UpstreamTool {
    /// The server's own name.
    pub own: Arc<str>,
    /// Its definition, under the local name.
    pub definition: ToolDefinition,
    /// What a reviewer has to know of it.
    pub notes: Vec<Note>,
}

impl UpstreamTool {
    /// The tool as a program gives it.
    pub fn give(self, executor: Arc<dyn Executor>) -> GivenTool {
        let Self { own, definition, notes } = self;
        GivenTool { export: own, definition, executor, notes }
    }
}

impl ListedTools {
    /// Reads the pages of a list, each a JSON array of items. An item that is no tool is a line of `failed`, and costs no
    /// other.
    ///
    /// # Errors
    /// `INTERNAL` for a page that is no JSON array.
    pub fn read(pages: &[&str], reading: ListReading<'_>) -> Result<Self> {
        let mut list =
            ListBuilder { reading, listed: Self::default(), found: Vec::new(), by_name: HashMap::default() };
        let mut index = 0;
        let mut twice = Vec::new();
        for page in pages {
            let items: Vec<&RawValue> = serde_json::from_str(page)
                .map_err(|error| Error::Internal { reason: format!("a page of a list: {error}") })?;
            for item in items {
                list.take(item.get(), index, &mut twice);
                index += 1;
            }
        }
        list.listed.failed.append(&mut twice);
        Ok(list.finish())
    }

    /// The local name of a chosen tool.
    pub fn local_name_of(&self, own: &str) -> Option<&str> {
        self.chosen.iter().find(|tool| &*tool.own == own).map(|tool| &*tool.local)
    }
}

/// A definition, or why there is none; the text that stands for it in the hash.
type FoundTool = (Result<ToolDefinition>, Vec<Note>);

/// A list that is being read.
struct ListBuilder<'r> {
    reading: ListReading<'r>,
    listed: ListedTools,
    /// What was found, beside `listed.chosen`.
    found: Vec<FoundTool>,
    by_name: HashMap<Arc<str>, usize>,
}

impl ListBuilder<'_> {
    fn take(&mut self, text: &str, index: usize, twice: &mut Vec<FailedExport>) {
        let item = match serde_json::from_str(text) {
            Ok(Value::Object(item)) => item,
            Ok(_) => return self.refuse(index, None, "it is no object"),
            Err(error) => return self.refuse(index, None, &format!("it cannot be read: {error}")),
        };
        let Some(own) = item.get("name").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
            return self.refuse(index, None, "it has no name");
        };
        let own: Arc<str> = own.into();
        let may_have_headers = may_have_header_arguments(text);
        let schema = item.get("inputSchema").filter(|_| may_have_headers);
        if let Some(problem) = schema.filter(|_| self.reading.has_headers).and_then(header_argument_problem) {
            return self.refuse(index, Some(&own), &problem);
        }
        if self.by_name.contains_key(&own) {
            let problem = Problem::at("/name", "is the name of another tool of the list");
            twice.push(failed(&own, vec![problem]));
            return;
        }
        if self.reading.chosen.is_some_and(|chosen| chosen.as_bytes().get(index) == Some(&b'0')) {
            self.listed.unselected += 1;
            return;
        }
        self.by_name.insert(Arc::clone(&own), self.found.len());
        let local: Box<str> = local_name(&own, self.reading.most_name).into();
        self.listed.chosen.push(ChosenTool {
            own: Arc::clone(&own),
            local: local.clone(),
            has_output: item.get("outputSchema").is_some_and(Value::is_object),
            header_schema: schema.map(|schema| schema.to_string().into()),
        });
        self.found.push(self.read_definition(&own, &local, item, text));
    }

    fn refuse(&mut self, index: usize, own: Option<&str>, reason: &str) {
        let label = own.map_or_else(|| format!("item {index}"), str::to_owned);
        self.listed.failed.push(failed(&label, vec![Problem::at("", reason)]));
    }

    /// The definition of a tool, by what its server says. Members that are no data of a tool are left out.
    fn read_definition(&self, own: &str, local: &str, item: Map<String, Value>, text: &str) -> FoundTool {
        let value = Value::Object(self.definition_of(own, local, item));
        let mut notes = Vec::new();
        let is_plain = text.is_ascii() && !text.contains("\\u");
        if !is_plain || text.len() + MORE_BYTES > self.reading.most_bytes {
            let written = value.to_string();
            if let Err(error) = ToolDefinition::check_bytes(&written, self.reading.most_bytes) {
                return (Err(error), notes);
            }
            notes.extend(GivenTool::hidden_note(&written));
        }
        (ToolDefinition::parse_with(&value, true, Vec::new()), notes)
    }

    fn definition_of(&self, own: &str, local: &str, mut item: Map<String, Value>) -> Map<String, Value> {
        let mut annotations = match item.remove("annotations") {
            Some(Value::Object(annotations)) => annotations,
            _ => Map::new(),
        };
        let title = match item.remove("title") {
            Some(title @ Value::String(_)) => Some(title),
            _ => annotations.remove("title"),
        };
        let is_said =
            |text: &str| !text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty();
        let description = match item.remove("description") {
            Some(Value::String(description)) if is_said(&description) => description,
            _ => format!("Tool \"{own}\" of {}", self.reading.source),
        };
        let mut schema = match item.remove("inputSchema") {
            Some(Value::Object(schema)) => schema,
            _ => Map::new(),
        };
        // MCP says that a schema of arguments has a type; some servers leave it out.
        if !schema.contains_key("type") {
            schema.insert("type".to_owned(), "object".into());
        }
        let hints = HINTS.into_iter().filter_map(|key| {
            let hint = annotations.get(key).filter(|hint| hint.is_boolean())?;
            Some((key.to_owned(), hint.clone()))
        });
        let hints: Map<String, Value> = hints.collect();
        let mut definition = Map::with_capacity(6);
        let mut put = |key: &str, value: Value| drop(definition.insert(key.to_owned(), value));
        put("name", local.into());
        if let Some(title @ Value::String(_)) = title.filter(|title| title != "") {
            put("title", title);
        }
        put("description", description.into());
        put("inputSchema", schema.into());
        if let Some(output @ Value::Object(_)) = item.remove("outputSchema") {
            put("outputSchema", output);
        }
        if !hints.is_empty() {
            put("annotations", hints.into());
        }
        definition
    }

    /// The places of the tools in the order of their names. Where several make one name, the first of them keeps it: the one
    /// that had it before, else the one that is that name, else the first by its text. The order of the list has no say.
    fn in_order_of_names(&self) -> Vec<usize> {
        let chosen = &self.listed.chosen;
        let rank = |index: usize| {
            let ChosenTool { own, local, .. } = &chosen[index];
            let holder = self.reading.previous.and_then(|previous| previous.holders.get(local));
            (Reverse(holder == Some(own)), Reverse(**own == **local), Arc::clone(own))
        };
        let mut firsts: HashMap<_, usize> = HashMap::default();
        let mut others: HashMap<usize, Vec<usize>> = HashMap::default();
        let mut order = Vec::with_capacity(chosen.len());
        for (index, tool) in chosen.iter().enumerate() {
            let first = *firsts.entry(confusion_key(&tool.local)).or_insert(index);
            if first == index {
                order.push(index);
            } else {
                others.entry(first).or_default().push(index);
            }
        }
        if others.is_empty() {
            return order;
        }
        let group = |first: usize| {
            let mut group = others.get(&first).cloned().unwrap_or_default();
            group.push(first);
            group.sort_by_cached_key(|index| rank(*index));
            group
        };
        order.into_iter().flat_map(group).collect()
    }

    fn finish(self) -> ListedTools {
        let order = self.in_order_of_names();
        let Self { mut listed, found, .. } = self;
        let mut found: Vec<_> = found.into_iter().map(Some).collect();
        let mut content = ListContent::default();
        for index in order {
            let Some((definition, notes)) = found[index].take() else { continue };
            let ChosenTool { own, local, .. } = &listed.chosen[index];
            match definition {
                Ok(definition) => {
                    content.add(&definition);
                    listed.holders.entry(local.clone()).or_insert_with(|| Arc::clone(own));
                    listed.tools.push(UpstreamTool { own: Arc::clone(own), definition, notes });
                }
                Err(error) => listed.failed.push(FailedExport { export: Arc::clone(own), error }),
            }
        }
        for FailedExport { export, error } in &listed.failed {
            content.add_piece(export);
            content.add_piece(&error.to_string());
        }
        (listed.hash, listed.bytes) = (content.digester.finish(), content.bytes);
        listed
    }
}

/// What a list says of its tools, for its hash.
#[derive(Default)]
struct ListContent {
    digester: Digester,
    bytes: usize,
}

impl ListContent {
    fn add(&mut self, definition: &ToolDefinition) {
        let ToolDefinition { name, title, description, input_schema, output_schema, annotations, .. } =
            definition;
        self.add_piece(name);
        self.add_piece(title.as_deref().unwrap_or_default());
        self.add_piece(description);
        self.add_piece(&input_schema.text());
        self.add_piece(&output_schema.as_ref().map(|schema| schema.text()).unwrap_or_default());
        self.add_piece(&serde_json::to_string(annotations).unwrap_or_default());
    }

    /// Adds a text with its length, so that no two lists are one.
    fn add_piece(&mut self, piece: &str) {
        self.digester.update(&piece.len().to_le_bytes());
        self.digester.update(piece.as_bytes());
        self.bytes += piece.len();
    }
}

fn failed(own: &str, problems: Vec<Problem>) -> FailedExport {
    FailedExport { export: own.into(), error: Error::InvalidDefinition { tool: own.to_owned(), problems } }
}
