//! Front pages of rooms: what the doc of a `mod.rs` must say, so that a search for the field's term finds the room.

/// A term that people search by, and the folder whose `mod.rs` says it.
pub const TERMS: [(&str, &str); 62] = [
    ("clock", "clock"),
    ("timeout", "clock"),
    ("rate limit", "limit"),
    ("concurrency", "limit"),
    ("idempotency", "limit"),
    ("semaphore", "limit"),
    ("truncation", "exec"),
    ("deadline", "exec"),
    ("redaction", "auth"),
    ("token endpoint", "auth"),
    ("client credentials", "auth"),
    ("origin", "auth"),
    ("ssrf", "http"),
    ("circuit breaker", "http"),
    ("retry", "http"),
    ("backoff", "http"),
    ("proxy", "http"),
    ("redirect", "http"),
    ("debounce", "watch"),
    ("file event", "watch"),
    ("symlink", "watch"),
    ("bind mount", "watch"),
    ("polling", "watch"),
    ("snapshot", "registry"),
    ("filter", "registry"),
    ("search", "search"),
    ("delta", "registry"),
    ("rollback", "review"),
    ("gate", "review"),
    ("breaking", "review"),
    ("pin", "review"),
    ("version", "registry/versions"),
    ("health", "registry/versions"),
    ("route", "registry/versions"),
    ("ledger", "registry/names"),
    ("deepobject", "wire"),
    ("multipart", "wire"),
    ("charset", "wire"),
    ("media type", "wire"),
    ("`$ref`", "retrieve"),
    ("etag", "retrieve"),
    ("configuration file", "config"),
    ("overlay", "spec"),
    ("swagger 2.0", "spec"),
    ("yaml", "spec"),
    ("strict", "target"),
    ("provider", "target"),
    ("endpoint", "http_tool"),
    ("token budget", "convert"),
    ("override", "convert"),
    ("hash chain", "audit"),
    ("restart", "state"),
    ("json pointer", "json"),
    ("canonical", "json"),
    ("hidden", "unicode"),
    ("default", "schema"),
    ("dialect", "schema"),
    ("error code", "error"),
    ("executor", "tool"),
    ("type stripping", "module"),
    ("es module", "module"),
    ("module graph", "module"),
];

/// The lines of a module's own doc, without their marks.
fn front(text: &str) -> Vec<&str> {
    text.lines().take_while(|line| line.starts_with("//!")).map(|line| line[3..].trim_start()).collect()
}

/// What is missing on the front page of a room. `file` is the path of a `mod.rs` below `src`. A folder within a room
/// says what it is for in a few lines; the room itself has the need, the answer, an example that runs, and the limits.
pub fn incomplete_front(file: &str, text: &str) -> Vec<String> {
    let lines = front(text);
    let whole = lines.join("\n");
    let is_room = file.matches('/').count() == 1;
    let least = if is_room { 10 } else { 2 };
    let mut missing = Vec::new();
    if !(least..=40).contains(&lines.len()) {
        missing.push(format!("{file} opens with {} lines, not {least} to 40", lines.len()));
    }
    let mut opened = whole.lines().filter(|line| line.starts_with("```")).step_by(2);
    if is_room && !opened.any(|fence| matches!(fence, "```" | "```no_run")) {
        missing.push(format!("{file} has no example that runs"));
    }
    if is_room && !whole.to_lowercase().contains("limits") {
        missing.push(format!("{file} says no limits"));
    }
    missing
}

/// Terms that the front page of their room does not say.
pub fn missing_terms(files: &[(&str, &str)]) -> Vec<String> {
    let says = |folder: &str, term: &str| {
        let file = format!("{folder}/mod.rs");
        files.iter().any(|(path, text)| *path == file && front(text).join(" ").to_lowercase().contains(term))
    };
    let missing = TERMS.iter().filter(|(term, folder)| !says(folder, term));
    missing.map(|(term, folder)| format!("{folder}/mod.rs does not say \"{term}\"")).collect()
}
