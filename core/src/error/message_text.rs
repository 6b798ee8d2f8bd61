//! Texts of error messages: truncation of what documents and models wrote, lists of problems, names that are near.

use std::borrow::Cow;
use std::fmt::Display;

use super::error_data::{ConfigProblem, GateRefusal, Problem};

/// The beginning of a text in a message, truncated to 120 characters: a document may make it as long as it likes.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    truncate_chars(text, 120)
}

/// The beginning of a JSON pointer in a message, truncated to 500 characters; the data has it whole.
pub fn excerpt_of_pointer(pointer: &str) -> Cow<'_, str> {
    truncate_chars(pointer, 500)
}

fn truncate_chars(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}

/// The beginning of a text that fits into so many bytes, cut between characters.
pub fn truncate_bytes(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A call over its deadline. JavaScript counts fractions of a millisecond.
pub fn timed_out(tool: &str, timeout_ms: &impl Display) -> String {
    format!("tool \"{tool}\" did not answer within {timeout_ms} ms")
}

/// Input over a limit.
pub fn over_limit(what: &str, limit: &impl Display) -> String {
    format!("{what} is over the limit of {limit}")
}

/// A tool by its quoted name, or `without a name`.
pub fn quote_tool(name: &str) -> String {
    if name.is_empty() { "without a name".to_owned() } else { format!("\"{name}\"") }
}

/// `: reason`, where there is a reason.
pub fn with_reason(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// Problems with their pointers, the first five of them.
pub fn join_problems(problems: &[Problem]) -> String {
    first_few(problems, |problem| match problem.pointer.as_str() {
        "" => problem.message.clone(),
        pointer => format!("{pointer} {}", problem.message),
    })
}

/// A path as members of objects: `metadata: { tenant }` for `metadata.tenant`.
pub fn nested_members(path: &str) -> String {
    let depth = path.matches('.').count();
    format!("{}{}", path.replace('.', ": { "), " }".repeat(depth))
}

/// Problems of a configuration with their lines and pointers, the first five of them.
pub fn join_config_problems(problems: &[ConfigProblem]) -> String {
    first_few(problems, |ConfigProblem { file, line, column, pointer, message }| {
        let place = match (line, column) {
            (Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
            _ => String::new(),
        };
        let at =
            if pointer.is_empty() { String::new() } else { format!(" ({})", excerpt_of_pointer(pointer)) };
        format!("{place}{message}{at}")
    })
}

/// The reasons of gates, the first five of them.
pub fn join_refusals(refusals: &[GateRefusal]) -> String {
    first_few(refusals, |refusal| match &refusal.tool {
        None => refusal.reason.clone(),
        Some(tool) => format!("\"{tool}\" {}", refusal.reason),
    })
}

/// What applies a refused change, of a document or of code: other gates. Those of the caller's own stay.
pub fn gate_advice(refusals: &[GateRefusal]) -> String {
    const BUILT_IN: [&str; 8] =
        ["none", "widening", "wording", "endpoint", "auth", "breaking", "removal", "downgrade"];
    let own = refusals.iter().find(|refusal| !BUILT_IN.contains(&refusal.gate.as_str()));
    match own {
        None => "loader.reload or modules.add with { gates: \"development\" } applies it, and a gate that says \"hold\" keeps it until approve(id) is called"
            .to_owned(),
        Some(own) => format!(
            "the gate \"{}\" decides: let it say \"hold\" to keep the change until approve(id) is called",
            excerpt(&own.gate).escape_debug()
        ),
    }
}

/// `the source of `, where the concurrency limit is that of a source.
pub fn busy_owner(what: &str) -> &'static str {
    if what == "source" { "the source of " } else { "" }
}

/// `3 calls wait`, and `1 call waits`.
pub fn waiting_calls(waiting: usize) -> String {
    if waiting == 1 { "1 call waits".to_owned() } else { format!("{waiting} calls wait") }
}

/// What to do about a name in use. A name that only resembles the holder's cannot replace it.
pub fn name_advice(name: &str, holder: &str) -> &'static str {
    if name == holder {
        "use another name or namespace, or registry.replace to replace that tool"
    } else {
        "names must differ by more than \"-\" and \"_\" or case: use another name or namespace"
    }
}

/// The call limits that decide how many calls there may be at a time.
pub fn busy_limits(what: &str) -> &'static str {
    if what == "source" {
        "callLimits.sourceConcurrency or callLimits.queue"
    } else {
        "callLimits.concurrency or callLimits.queue"
    }
}

/// ` of process 123`, where the process is known.
pub fn of_process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" of process {pid}")).unwrap_or_default()
}

/// `; kept versions: 2.0.0, 1.0.0`, where a version is kept.
pub fn join_versions(kept: &[String]) -> String {
    if kept.is_empty() { String::new() } else { format!("; kept versions: {}", kept.join(", ")) }
}

/// The first five items in one line. The data of the error has all.
fn first_few<T>(all: &[T], text: impl Fn(&T) -> String) -> String {
    const SHOWN: usize = 5;
    let mut parts: Vec<String> = all.iter().take(SHOWN).map(text).collect();
    if all.len() > SHOWN {
        parts.push(format!("and {} more", all.len() - SHOWN));
    }
    parts.join("; ")
}

/// `; similar names: a, b`, where a name is similar.
pub fn join_nearest(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; similar names: {}", names.join(", ")),
    }
}

/// ` at "/paths/~1a"`, where there is a pointer.
pub fn at_pointer(pointer: &str) -> String {
    if pointer.is_empty() { String::new() } else { format!(" at \"{}\"", excerpt_of_pointer(pointer)) }
}

/// ` of "name"`, where there is a name.
pub fn of_tool(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" of \"{}\"", excerpt(name).escape_debug()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_change_is_told_what_applies_it() {
        let refusal = |gate: &str| GateRefusal { gate: gate.to_owned(), tool: None, reason: String::new() };
        let advice =
            |gates: &[&str]| gate_advice(&gates.iter().map(|gate| refusal(gate)).collect::<Vec<_>>());
        assert_eq!(
            advice(&["breaking", "removal"]),
            "loader.reload or modules.add with { gates: \"development\" } applies it, and a gate that says \"hold\" keeps it until approve(id) is called"
        );
        assert_eq!(
            advice(&["breaking", "ask-ada"]),
            "the gate \"ask-ada\" decides: let it say \"hold\" to keep the change until approve(id) is called"
        );
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, bytes, expected) in [
            ("", 0, ""),
            ("", 9, ""),
            ("abc", 3, "abc"),
            ("abc", 2, "ab"),
            ("a😀b", 4, "a"),
            ("a😀b", 5, "a😀"),
            ("😀", 3, ""),
        ] {
            assert_eq!(truncate_bytes(text, bytes), expected, "{text} at {bytes}");
        }
    }
}
