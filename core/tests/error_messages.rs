//! Error messages: each names the thing, says what is wrong, and what to do next.

use toolrack_core::error::Error;

fn text(value: &str) -> String {
    value.to_owned()
}

fn check(cases: impl IntoIterator<Item = (Error, &'static str)>) {
    for (error, message) in cases {
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn a_message_about_names_and_versions_says_what_to_do_next() {
    let tool = || text("x");
    let taken =
        |name: &str| Error::NameTaken { name: text(name), holder: text("crm_x"), source_name: text("api") };
    let version = |kept: &[&str]| Error::UnknownVersion {
        source_name: text("crm"),
        version: Some(text("9")),
        kept: kept.iter().copied().map(text).collect(),
    };
    check([
        (
            taken("crm_x"),
            "tool name \"crm_x\" is taken by \"crm_x\" of source \"api\": use another name or namespace, or \
             registry.replace to replace that tool",
        ),
        (
            taken("crm-x"),
            "tool name \"crm-x\" is taken by \"crm_x\" of source \"api\": names must differ by more than \"-\" and \
             \"_\" or case: use another name or namespace",
        ),
        (Error::Disabled { name: tool() }, "tool \"x\" is disabled: enable it with handle.enable()"),
        (
            Error::UnknownTool { name: tool(), nearest: vec![text("a"), text("b")] },
            "no tool has the name \"x\"; similar names: a, b",
        ),
        (Error::UnknownSource { name: tool(), nearest: Vec::new() }, "no source has the name \"x\""),
        (version(&["2.0.0", "1.0.0"]), "no version 9 of \"crm\" is kept; kept versions: 2.0.0, 1.0.0"),
        (version(&[]), "no version 9 of \"crm\" is kept"),
        (
            Error::NotRepresentable { target: "openai", reasons: vec![text("more than 128 tools (130)")] },
            "openai does not accept these tools in one request: more than 128 tools (130)",
        ),
    ]);
}

#[test]
fn a_message_about_a_call_says_what_to_do_next() {
    let tool = || text("x");
    let busy = |what, waiting| Error::Busy { tool: tool(), what, waiting };
    check([
        (
            Error::RateLimited { tool: tool(), limit: 60.into(), retry_after_ms: 500 },
            "tool \"x\" is over its rate limit of 60 calls per minute: try again in 500 ms",
        ),
        (
            busy("tool", 2),
            "the queue of tool \"x\" is full (2 calls wait for its concurrency limit): try again later, \
             or raise callLimits.concurrency or callLimits.queue",
        ),
        (
            busy("source", 1),
            "the queue of the source of tool \"x\" is full (1 call waits for its concurrency limit): try again \
             later, or raise callLimits.sourceConcurrency or callLimits.queue",
        ),
        (
            Error::CircuitOpen { tool: tool(), origin: text("https://a.example"), retry_after_ms: 9 },
            "the circuit breaker of https://a.example is open, so tool \"x\" was not called: try again in 9 ms",
        ),
        (
            Error::ResponseTooLarge { tool: tool(), limit: 1000 },
            "the response to \"x\" is over the limit of 1000 bytes: raise callLimits.maxResponseBytes",
        ),
        (
            Error::ResponseHasTooMany { tool: tool(), limit: 10, values: 11 },
            "the response to \"x\" counts as 11 values; the limit is 10 values: ask the API for less, page by page",
        ),
        (
            Error::HttpBroken { tool: tool(), reason: text("broken response from a") },
            "tool \"x\" got no usable response from its API: broken response from a",
        ),
        (
            Error::MissingContext { tool: tool(), key: "userId".into() },
            "tool \"x\" needs userId in its context: pass { context: { userId } } with the call",
        ),
        (
            Error::KeyReused { tool: tool(), key: text("k") },
            "idempotency key \"k\" of \"x\" was used with other arguments: use a different key for each call",
        ),
    ]);
}
