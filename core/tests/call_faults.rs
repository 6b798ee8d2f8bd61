//! The faults and attacks that a call may meet, and where each is tested; those that nothing here can show say why.

use crate::support::proofs;
use crate::support::proofs::Proof::{self, Reason, Test};

const ANSWERS: &str = "core/tests/http_responses.rs";
const ARGUMENTS: &str = "__test__/argument-validation.test.mjs";
const AUDIT: &str = "core/tests/audit_log.rs";
const AUDITED: &str = "core/tests/audit_registry.rs";
const BONDS: &str = "core/tests/origin_binding.rs";
const CANARY: &str = "__test__/credential-leaks.test.mjs";
const CANCELLING: &str = "__test__/cancellation.test.mjs";
const CONTEXT: &str = "__test__/context.test.mjs";
const GUARD: &str = "core/tests/ssrf_guard.rs";
const KEYS: &str = "core/tests/limits/idempotency.rs";
const LIMITS: &str = "__test__/call-limits.test.mjs";
const RATE: &str = "core/src/limit/rate_limit.rs";
const REQUESTS: &str = "core/tests/request_injection.rs";
const RESULTS: &str = "__test__/model-results.test.mjs";
const SEATS: &str = "core/tests/limits/decisions.rs";
const WEBHOOK_DELIVERIES: &str = "__test__/webhook-deliveries.test.mjs";

/// Number, fault or attack, proof.
const TABLE: [(u8, &str, Proof); 62] = [
    (
        1,
        "identity among the arguments",
        Test(CONTEXT, "a context that the caller gives wins, and the keys among the arguments are told"),
    ),
    (
        1,
        "where it is refused",
        Test(
            CONTEXT,
            "a registry that takes identity from callers alone refuses it among arguments, all keys at once",
        ),
    ),
    (1, "keys of prototypes", Test(CONTEXT, "metadata with a __proto__ key of its own changes no prototype")),
    (
        2,
        "an argument that is called userId",
        Test(
            CONTEXT,
            "a tool may declare a context key as argument; its identity comes from the context alone",
        ),
    ),
    (
        3,
        "identity in the depth",
        Test(CONTEXT, "identity in the depth of the arguments is an argument, and nobody's identity"),
    ),
    (4, "a frozen context", Test(CONTEXT, "a context is frozen and says what the call is")),
    (4, "none that is shared", Test(CONTEXT, "no two calls share a context, a call id or a signal")),
    (5, "a call without a user", Test(CONTEXT, "a user that no JSON can say is no user")),
    (5, "by every door", Test("__test__/errors.test.mjs", "${code} is told by every door that can meet it")),
    (
        6,
        "scopes of single tools",
        Reason(
            "requiresAuth is the one permission that a tool has, and it is asked for at each call (5); which tools a \
             model is offered is the caller's filter, and what a user may do the API's own affair, \
             by that user's credentials",
        ),
    ),
    (
        7,
        "arguments that nobody declared",
        Test(
            ARGUMENTS,
            "every problem is told at once, each with its pointer and what would have been right",
        ),
    ),
    (
        8,
        "arguments are judged before the call",
        Test(
            "__test__/http.test.mjs",
            "arguments of an API are judged, also where those of closures are not",
        ),
    ),
    (8, "a result is bounded", Test(RESULTS, "a result that is too long is cut to whole items, and says so")),
    (
        8,
        "a result against a schema",
        Reason("tools declare no schema of their results: there is none to judge by"),
    ),
    (9, "none", Reason("the table of faults has no row of this number")),
    (10, "calls a minute", Test(RATE, "a_million_calls_equal_a_token_bucket_and_governor")),
    (10, "when to come again", Test(RATE, "the_time_to_wait_is_exact")),
    (10, "a clock that jumps", Test(RATE, "a_clock_that_jumps_allows_one_burst_at_most")),
    (
        10,
        "information until it is enforced",
        Test(
            LIMITS,
            "a rate is information until the registry enforces it, and then each user has their own",
        ),
    ),
    (11, "many threads", Test(RATE, "no_minute_has_more_than_the_rate_and_the_burst_whoever_calls")),
    (
        12,
        "a store of limits that is down",
        Reason(
            "limits are of one process and in its memory: there is no store that could be down (docs/known-limits.md)",
        ),
    ),
    (13, "ten million users", Test(RATE, "ten_million_keys_take_the_memory_of_a_million")),
    (14, "calls at a time, in line", Test(SEATS, "so_many_run_at_a_time_and_the_others_come_in_their_order")),
    (14, "of a source", Test(SEATS, "the_tools_of_a_source_share_its_room")),
    (
        14,
        "for closures",
        Test(
            LIMITS,
            "so many calls run at a time, the next ones come in their order, and one more is refused",
        ),
    ),
    (
        15,
        "a call that takes too long",
        Test(CANCELLING, "a call that takes too long is refused with TIMEOUT, and the closure hears of it"),
    ),
    (
        15,
        "the line counts too",
        Test(
            LIMITS,
            "a call that waits ends with its deadline and with its signal, and its closure never runs",
        ),
    ),
    (
        15,
        "what comes too late",
        Test(
            "__test__/streaming.test.mjs",
            "a result that comes after its call was over is counted and goes to nobody",
        ),
    ),
    (
        15,
        "a seat is given back",
        Test(LIMITS, "a closure that never settles gives its seat back when its time is up"),
    ),
    (
        16,
        "an API that keeps failing",
        Test("core/tests/limits/breaker.rs", "an_origin_that_fails_is_left_alone_and_no_other_one"),
    ),
    (
        16,
        "a single request tries",
        Test("core/tests/limits/breaker.rs", "one_request_tries_while_the_others_are_refused"),
    ),
    (
        17,
        "what may be sent again",
        Test(
            "core/tests/limits/retries.rs",
            "what_changes_something_is_sent_once_unless_the_server_can_know_it_again",
        ),
    ),
    (
        17,
        "within the deadline, and when the server says",
        Test(
            "core/tests/limits/retries.rs",
            "a_server_that_says_when_is_asked_then_and_not_at_all_where_there_is_no_time",
        ),
    ),
    (
        18,
        "one key, one call",
        Test(KEYS, "the_same_key_and_arguments_have_the_same_result_and_other_arguments_are_refused"),
    ),
    (18, "an outcome that nobody knows", Test(KEYS, "what_may_have_had_an_effect_is_not_done_again")),
    (
        18,
        "while the first one runs",
        Test(KEYS, "who_comes_while_the_first_call_runs_has_its_result_or_the_own_deadline"),
    ),
    (18, "of one user", Test(KEYS, "a_key_is_of_one_tool_and_one_user")),
    (
        19,
        "an address inside",
        Test(
            "core/src/convert/server_reach.rs",
            "a_document_of_the_network_reaches_its_own_server_and_the_public_internet",
        ),
    ),
    (19, "this machine", Test(GUARD, "what_only_this_machine_can_see_is_not_connected_to")),
    (
        19,
        "a name that turns",
        Test(GUARD, "a_name_that_is_public_when_judged_and_local_afterwards_does_not_get_the_connection"),
    ),
    (
        19,
        "a proxy of the environment",
        Test(
            "__test__/http-responses.test.mjs",
            "a proxy of the environment carries nothing, for it would look names up behind the guard",
        ),
    ),
    (
        20,
        "a redirect of a call",
        Test(ANSWERS, "a_redirect_is_a_failure_that_says_where_it_leads_and_not_with_what"),
    ),
    (
        20,
        "one of a document",
        Test(GUARD, "a_public_address_is_connected_to_without_the_headers_for_another_origin"),
    ),
    (
        21,
        "credentials of another API",
        Test(BONDS, "a_document_that_names_another_origin_later_gets_no_credentials"),
    ),
    (22, "a path that leads out", Test(REQUESTS, "a_path_that_an_argument_would_lead_out_of_is_refused")),
    (22, "whatever text", Test(REQUESTS, "no_text_in_a_path_changes_where_a_request_goes")),
    (
        22,
        "under every layer",
        Test("core/src/wire/escape.rs", "dot_segments_are_found_under_every_layer_of_encoding"),
    ),
    (
        23,
        "headers that say who asks",
        Test(REQUESTS, "an_argument_sets_no_header_that_says_who_asks_or_where_a_request_ends"),
    ),
    (23, "line breaks", Test(REQUESTS, "a_header_holds_neither_line_breaks_nor_a_name_that_is_none")),
    (23, "one cookie", Test(REQUESTS, "a_cookie_is_one_cookie")),
    (
        23,
        "forms",
        Test("__test__/request-encoding.test.mjs", "a form is read as what was given, null being no field"),
    ),
    (
        24,
        "an answer without end",
        Test(
            "__test__/custom-fetch.test.mjs",
            "an answer without end stops at the limit, and one that never comes at the deadline",
        ),
    ),
    (24, "what nobody sees", Test(RESULTS, "what nobody sees in a result is told, taken out or kept")),
    (
        24,
        "hostile answers",
        Test("core/tests/limits/truncation.rs", "hostile_answers_take_no_longer_than_they_are"),
    ),
    (25, "secrets in errors", Test("core/tests/auth.rs", "what_an_api_echoes_of_a_credential_is_masked")),
    (26, "secrets anywhere", Test(CANARY, "no credential is in anything that anybody gets to see")),
    (27, "a record that was changed", Test(AUDIT, "a_flipped_bit_is_found_where_it_is")),
    (27, "one that is gone", Test(AUDIT, "a_line_that_is_moved_taken_out_or_put_in_is_found")),
    (28, "a disk that is full", Test(AUDIT, "a_full_disk_is_told_once_and_leaves_a_gap")),
    (
        29,
        "a call that never ends",
        Test(AUDITED, "a_call_that_nobody_waits_for_any_more_is_written_down_as_given_up"),
    ),
    (
        30,
        "a delivery that comes again",
        Test(WEBHOOK_DELIVERIES, "a delivery that comes again is answered as it was, without another reload"),
    ),
    (
        31,
        "a file that an agent wrote",
        Reason(
            "documents are data and no code, a directory is watched only where the caller says so, and gates judge \
                what it brings",
        ),
    ),
];

#[test]
fn every_fault_of_a_call_is_tested_or_says_why_not() {
    proofs::check('C', 1..=31, &TABLE);
}

#[test]
fn a_test_that_is_not_there_is_found_to_be_missing() {
    assert!(!proofs::has(CANARY, "no credential"));
}
