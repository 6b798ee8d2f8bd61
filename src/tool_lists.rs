//! The door of tool lists: what an MCP server lists, as text → tools for a tool set. The rules stand in `loader/tool_sets/`.

use std::sync::{Arc, Mutex, PoisonError};

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::loader::{ListMessage, ListReading, ListedTools};
use toolrack_core::tool::sha256::hex;

use crate::convert::{blocking_promise, reason, to_napi};
use crate::loader::NativeLoader;

/// A list that was read.
#[napi]
pub struct NativeToolList {
    pub(crate) listed: Arc<Mutex<ListedTools>>,
}

/// How JavaScript wants a list to be read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WrittenReading<'r> {
    source: String,
    most_name: usize,
    has_headers: bool,
    #[serde(borrow)]
    chosen: Option<&'r str>,
}

/// What JavaScript needs of a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenList<'l> {
    hash: String,
    unselected: usize,
    /// The server's own names of the chosen tools.
    names: Vec<&'l str>,
    /// The places of those with a schema of results.
    outputs: Vec<usize>,
    /// The schemas of arguments that may have headers, by the own names.
    headers: Vec<(&'l str, &'l str)>,
    /// The own names of the tools that are valid, in the order of their closures.
    tools: Vec<&'l str>,
}

/// The place of a page in the text of its message, in units of UTF-16.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenMessage {
    id: Value,
    start: usize,
    end: usize,
    count: usize,
    next_cursor: Option<Value>,
    ttl_ms: Option<Value>,
}

#[napi]
impl NativeToolList {
    /// What was read, as JSON: `{ hash, unselected, names, outputs, headers, tools }`.
    #[napi(catch_unwind)]
    pub fn describe(&self) -> Result<String> {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = listed.chosen.iter().enumerate().filter(|(_, tool)| tool.has_output);
        let headers =
            listed.chosen.iter().filter_map(|tool| Some((&*tool.own, tool.header_schema.as_deref()?)));
        let written = WrittenList {
            hash: hex(&listed.hash),
            unselected: listed.unselected,
            names: listed.chosen.iter().map(|tool| &*tool.own).collect(),
            outputs: outputs.map(|(index, _)| index).collect(),
            headers: headers.collect(),
            tools: listed.tools.iter().map(|tool| &*tool.own).collect(),
        };
        to_napi(write(&written))
    }

    /// The local name of a chosen tool, by the server's own name.
    #[napi(catch_unwind)]
    pub fn local_name(&self, own: String) -> Option<String> {
        let listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        listed.local_name_of(&own).map(str::to_owned)
    }
}

#[napi]
impl NativeLoader {
    /// Reads the pages of a list, each a JSON array. `reading` is JSON: `{ source, mostName, hasHeaders, chosen? }`.
    #[napi(catch_unwind)]
    pub fn read_tool_list<'env>(
        &self,
        env: &'env Env,
        reading: String,
        pages: Vec<String>,
        previous: Option<&NativeToolList>,
    ) -> Result<PromiseRaw<'env, NativeToolList>> {
        let core = Arc::clone(&self.core);
        let previous = previous.map(|list| Arc::clone(&list.listed));
        blocking_promise(env, async move {
            let written: WrittenReading<'_> =
                serde_json::from_str(&reading).map_err(|error| Error::Internal { reason: reason(&error) })?;
            let previous = previous.as_ref().map(|list| list.lock().unwrap_or_else(PoisonError::into_inner));
            let reading = ListReading {
                source: &written.source,
                most_name: written.most_name,
                most_bytes: core.definition_bytes(),
                has_headers: written.has_headers,
                chosen: written.chosen,
                previous: previous.as_deref(),
            };
            let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
            let listed = ListedTools::read(&pages, reading)?;
            Ok(NativeToolList { listed: Arc::new(Mutex::new(listed)) })
        })
    }
}

/// Finds the tools in the text of an answer to `tools/list`, as JSON: `{ id, start, end, count, nextCursor, ttlMs }`. Nothing
/// for any other text.
#[napi(catch_unwind)]
pub fn find_listed_tools(text: String, depth: u32) -> Result<Option<String>> {
    let Some(found) = ListMessage::find(&text, depth as usize) else { return Ok(None) };
    let ListMessage { id, start, end, count, next_cursor, ttl_ms } = found;
    let units = |part: &str| if part.is_ascii() { part.len() } else { part.encode_utf16().count() };
    let before = units(&text[..start]);
    let end = before + units(&text[start..end]);
    to_napi(write(&WrittenMessage { id, start: before, end, count, next_cursor, ttl_ms })).map(Some)
}

/// The local name of what a server names, at most `most` characters long: prompts have names as tools have.
#[napi(catch_unwind)]
pub fn local_name(own: String, most: u32) -> String {
    toolrack_core::loader::local_name(&own, most as usize).into_owned()
}

fn write(value: &impl Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal { reason: reason(&error) })
}
