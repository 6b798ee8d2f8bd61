//! The bad documents that a load may meet, and where each is tested; those that nothing here can show say why.

use crate::support::proofs;
use crate::support::proofs::Proof::{self, Reason, Test};

const ADDRESSES: &str = "core/tests/references/addresses.rs";
const BOUNDS: &str = "core/tests/hostile/bounds.rs";
const CASES: &str = "core/src/http/address_cases.rs";
const CHAINS: &str = "core/tests/references/chains.rs";
const DOCUMENTS: &str = "core/tests/documents.rs";
const EVERY: &str = "every_document_becomes_what_its_folder_says";
const FILES: &str = "core/tests/references/files.rs";
const GATES: &str = "core/tests/review_gates.rs";
const GUARD: &str = "core/tests/ssrf_guard.rs";
const HIDDEN: &str = "__test__/hidden-definitions.test.mjs";
const HOSTILE: &str = "__test__/hostile-documents.test.mjs";
const HTTP: &str = "core/tests/http.rs";
const KINDS: &str = "core/tests/references/kinds.rs";
const MUTATED: &str = "core/tests/hostile/mutated.rs";
const NAMED: &str = "core/tests/references/names.rs";
const NAMES: &str = "core/tests/name_stability.rs";
const PARTS: &str = "core/tests/hostile/parts.rs";
const POLLING: &str = "core/tests/polling.rs";
const REDACTION: &str = "__test__/credential-leaks.test.mjs";
const REQUESTS: &str = "core/tests/request_injection.rs";
const REDIRECT: &str = "core/src/http/redirect_policy.rs";
const VALUES: &str = "core/tests/hostile/values.rs";
const WEBHOOK: &str = "__test__/webhook.test.mjs";
const WEBHOOK_DELIVERIES: &str = "__test__/webhook-deliveries.test.mjs";
const WHOLE: &str = "core/tests/hostile/whole.rs";

/// Number, input, proof.
const TABLE: [(u8, &str, Proof); 110] = [
    (1, "a file that is too large", Test(WHOLE, "a_file_over_the_limit_is_refused_unread")),
    (1, "an answer that is too large", Test(HTTP, "a_body_may_be_as_long_as_the_limit_and_no_longer")),
    (2, "a compressed bomb", Test(HTTP, "a_small_answer_that_decompresses_to_much_stops_at_the_limit")),
    (
        2,
        "compressed twice",
        Test(
            "__test__/encodings.test.mjs",
            "a document in an encoding that was not asked for is SOURCE_UNREADABLE and says why",
        ),
    ),
    (
        2,
        "the ratio of a compressed answer",
        Reason(
            "the limit is on bytes after decompression, which stops where it is reached: a ratio would bound nothing \
                more",
        ),
    ),
    (3, "a length that lies", Test(HTTP, "an_answer_that_ends_before_its_announced_length_is_broken")),
    (3, "chunks without an end", Test(POLLING, "real_servers_that_misbehave_cost_nothing_but_the_wait")),
    (
        3,
        "a length beyond the limit",
        Test(ADDRESSES, "a_document_is_what_it_is_whatever_the_server_calls_it"),
    ),
    (
        4,
        "a connection that does not come",
        Test(GUARD, "a_connection_that_is_not_there_in_5_s_is_given_up_though_the_request_has_more_time"),
    ),
    (4, "a head or a body that stalls", Test(HTTP, "a_server_that_never_answers_is_given_up")),
    (4, "a body that drips", Test(POLLING, "a_server_that_drips_is_given_up_at_the_deadline")),
    (
        4,
        "many servers that stall",
        Test(ADDRESSES, "servers_that_never_answer_keep_a_load_waiting_for_two_minutes_and_no_longer"),
    ),
    (
        4,
        "10 s for a head, 1 KB a second",
        Reason(
            "one deadline of 30 s is over the whole answer: what is slower than that is given up, and what is not is \
                a document",
        ),
    ),
    (5, "a content type that lies", Test(ADDRESSES, "a_document_is_what_it_is_whatever_the_server_calls_it")),
    (
        6,
        "redirects to other places and schemes",
        Test(REDIRECT, "a_guarded_redirect_to_another_origin_has_no_headers_and_is_checked"),
    ),
    (6, "a redirect from https to http", Test(REDIRECT, "a_redirect_from_https_to_http_is_refused")),
    (6, "a redirect in a circle", Test(GUARD, "a_guarded_redirect_loop_is_a_fault")),
    (
        6,
        "nothing is heard where it leads",
        Test(
            GUARD,
            "a_redirect_from_the_origin_of_the_user_to_another_of_the_machine_is_a_fault_and_not_followed",
        ),
    ),
    (7, "a name of a private place", Test(GUARD, "what_only_this_machine_can_see_is_not_connected_to")),
    (7, "every private block", Test(CASES, "each_address_that_is_not_public_is_in_the_block_of_its_kind")),
    (
        7,
        "the registries of IANA",
        Test(CASES, "every_row_of_the_iana_registries_is_refused_unless_it_is_globally_reachable"),
    ),
    (7, "IPv4 within IPv6", Test(CASES, "the_ipv4_address_within_an_ipv6_address_decides")),
    (
        8,
        "a name that turns",
        Test(GUARD, "a_name_that_is_public_when_judged_and_local_afterwards_does_not_get_the_connection"),
    ),
    (
        9,
        "addresses that two readers read as two",
        Test(ADDRESSES, "another_port_of_this_machine_hears_nothing_unless_it_is_listed"),
    ),
    (10, "aliases that multiply", Test(WHOLE, "what_is_too_large_or_grows_when_it_is_read")),
    (10, "their memory", Test(HOSTILE, "aliases that multiply are refused before they take memory")),
    (10, "a long text", Test(HOSTILE, "a long text that aliases of YAML repeat counts each time")),
    (11, "a document that is deep", Test(WHOLE, "what_is_too_large_or_grows_when_it_is_read")),
    (12, "open maps and directives", Test(WHOLE, "what_is_too_large_or_grows_when_it_is_read")),
    (13, "a key twice", Test(WHOLE, "a_key_that_stands_twice_is_told_with_its_place")),
    (13, "where the last counts", Test(WHOLE, "where_the_last_counts_keys_that_stand_twice_are_told")),
    (14, "merge keys", Test(WHOLE, "keys_and_words_of_yaml_are_what_1_2_says")),
    (14, "merge keys in a circle", Test(WHOLE, "what_is_no_text_and_no_syntax")),
    (14, "very many of them", Test(BOUNDS, "merge_keys_and_keys_that_stand_twice_by_the_hundred_thousand")),
    (15, "numbers as keys", Test(WHOLE, "keys_and_words_of_yaml_are_what_1_2_says")),
    (15, "200 and \"200\"", Test(WHOLE, "a_key_that_stands_twice_is_told_with_its_place")),
    (16, "numbers beyond 64 bits", Test(VALUES, "what_64_bits_cannot_hold_is_rounded_and_told")),
    (16, "numbers without end", Test(VALUES, "what_is_infinite_is_left_out_and_told")),
    (16, "those of YAML", Test(VALUES, "what_yaml_has_and_json_has_not_is_told")),
    (17, "NO, on, 014, dates", Test(WHOLE, "keys_and_words_of_yaml_are_what_1_2_says")),
    (18, "every encoding", Test(WHOLE, "every_encoding_that_says_its_name_is_read")),
    (18, "no encoding", Test(WHOLE, "what_is_no_text_and_no_syntax")),
    (19, "no document, or two", Test(WHOLE, "what_is_no_document_of_openapi")),
    (19, "something behind it", Test(WHOLE, "what_is_no_text_and_no_syntax")),
    (20, "tags", Test(WHOLE, "what_is_no_text_and_no_syntax")),
    (
        21,
        "a reference to an address of a private place",
        Test(ADDRESSES, "a_file_that_refers_to_this_machine_reaches_nobody"),
    ),
    (21, "one to any address", Test(ADDRESSES, "references_to_other_hosts_can_be_switched_off")),
    (
        21,
        "one to the internet, where nothing is said",
        Reason(
            "public hosts are asked behind the guard, for documents of several files are published so; \
                network.references.internet: false ends it",
        ),
    ),
    (
        22,
        "a reference out of the folder",
        Test(FILES, "a_file_outside_of_the_folder_costs_those_who_refer_to_it_unless_the_caller_allows_it"),
    ),
    (22, "absolute paths, hosts of files", Test(FILES, "an_absolute_path_is_judged_like_any_other")),
    (
        23,
        "a reference from http to a file",
        Test(ADDRESSES, "what_came_over_the_network_does_not_name_files"),
    ),
    (
        24,
        "references in a circle",
        Test(CHAINS, "references_that_are_nothing_but_a_circle_open_their_property"),
    ),
    (24, "path items in a circle", Test(KINDS, "a_path_item_that_leads_in_a_circle_or_nowhere_is_told_once")),
    (
        25,
        "a schema that is part of itself",
        Test(CHAINS, "a_schema_that_is_part_of_itself_stays_a_definition"),
    ),
    (
        25,
        "at providers that take none",
        Test("core/tests/targets.rs", "what_goes_out_keeps_to_the_rules_of_its_target"),
    ),
    (26, "fan-out", Test(CHAINS, "fan_out_stays_definitions_and_each_tool_carries_those_it_reaches")),
    (26, "below a discriminator", Test(CHAINS, "fan_out_below_a_discriminator_is_bounded")),
    (26, "over all tools", Test(CHAINS, "definitions_that_every_tool_carries_are_bounded_over_all_tools")),
    (
        26,
        "what no validator would end",
        Test(CHAINS, "a_schema_that_no_validator_would_come_through_costs_its_tool"),
    ),
    (27, "a chain of 20,000", Test(CHAINS, "a_chain_of_20_000_references_leads_to_its_end")),
    (28, "pointers", Test(FILES, "fragments_are_json_pointers_behind_percent_encoding")),
    (28, "to what is no schema", Test(KINDS, "the_whole_document_is_no_schema_and_that_is_told")),
    (29, "beside a reference", Test(KINDS, "what_stands_beside_the_reference_of_a_schema_counts_since_3_1")),
    (29, "$id", Test(NAMED, "a_schema_with_an_id_is_a_document_of_its_own")),
    (29, "$anchor", Test(NAMED, "an_anchor_is_a_name_within_its_document")),
    (29, "$dynamicRef", Test(NAMED, "a_dynamic_reference_is_one_where_it_can_mean_one_schema_alone")),
    (30, "a pattern that backtracks", Test(HOSTILE, "no argument keeps a pattern busy")),
    (
        31,
        "patterns that nothing reads",
        Test(PARTS, "patterns_that_no_engine_reads_are_left_out_and_others_end_soon"),
    ),
    (31, "many of them", Test(BOUNDS, "patterns_that_take_long_to_read_are_not_read_for_ever")),
    (
        31,
        "dear ones",
        Test(HOSTILE, "many patterns that are dear to compile cost no more than the budget of the document"),
    ),
    (
        32,
        "a million values of an enum",
        Test(HOSTILE, "a definition beyond definitionBytes is skipped by a load and costs no other"),
    ),
    (
        32,
        "tens of thousands of properties",
        Test(BOUNDS, "tens_of_thousands_of_properties_that_are_required_and_parameters_beside_them"),
    ),
    (32, "texts of a megabyte", Test(BOUNDS, "texts_of_a_megabyte")),
    (33, "names of prototypes", Test(PARTS, "names_that_mean_something_to_a_machine_are_names")),
    (33, "the same in JavaScript", Test(HOSTILE, "no name of a document changes a prototype")),
    (34, "odd ids", Test(PARTS, "operations_are_named_whatever_they_are_called")),
    (
        34,
        "the order of a document",
        Test(NAMES, "the_first_names_do_not_depend_on_the_order_of_the_document"),
    ),
    (34, "long and reserved ids", Test(NAMES, "any_operations_have_portable_names_of_their_own_that_stay")),
    (
        35,
        "names that differ by - and _",
        Test("core/tests/registry.rs", "names_that_only_differ_by_dash_and_underscore_are_refused"),
    ),
    (
        35,
        "by case",
        Test(
            "__test__/operation-names.test.mjs",
            "two operations whose ids differ only by case are two tools, and one keeps its name",
        ),
    ),
    (
        35,
        "by how they look",
        Test("__test__/operation-names.test.mjs", "no name looks like another one: names are ASCII"),
    ),
    (36, "paths that lead out or cannot be read", Test(PARTS, "paths_that_are_none")),
    (36, "paths that are odd and clear", Test(DOCUMENTS, EVERY)),
    (37, "servers that are none", Test(PARTS, "servers_that_are_none")),
    (
        37,
        "servers of a document of the network",
        Test(
            "core/tests/server_reach.rs",
            "a_server_that_a_document_of_the_network_names_is_one_of_the_internet_unless_the_caller_says_more",
        ),
    ),
    (
        38,
        "headers that are the client's",
        Test(
            "core/src/spec/parameter/reserved_headers.rs",
            "headers_that_say_who_asks_and_where_a_request_ends_are_reserved_however_they_are_spelled",
        ),
    ),
    (38, "line breaks", Test(REQUESTS, "a_header_holds_neither_line_breaks_nor_a_name_that_is_none")),
    (39, "a key in the query", Test(REDACTION, "no credential is in anything that anybody gets to see")),
    (
        40,
        "hidden characters of a document of the network",
        Test(HIDDEN, "no hidden character of a document of the network reaches ${target}"),
    ),
    (40, "each of them", Test("core/src/unicode/hidden.rs", "what_nobody_sees_is_counted_and_stripped")),
    (40, "flags of emojis", Test("core/src/unicode/hidden.rs", "what_writing_needs_stays")),
    (
        41,
        "instructions in a description",
        Reason(
            "no rule tells an instruction from a description, and none is claimed (docs/known-limits.md): pins, gates \
                and own gates judge wording",
        ),
    ),
    (42, "changed after it was approved", Test(GATES, "a_pinned_tool_stays_what_it_was_approved_as")),
    (
        43,
        "a name that another source has",
        Test(
            "core/tests/loader_ownership.rs",
            "an_operation_whose_name_another_source_has_is_skipped_and_told",
        ),
    ),
    (
        44,
        "100,000 operations",
        Test(BOUNDS, "twenty_thousand_operations_load_and_more_than_the_limit_do_not"),
    ),
    (45, "versions", Test(WHOLE, "a_version_is_read_as_it_is_meant")),
    (45, "versions that are none", Test(WHOLE, "what_is_no_document_of_openapi")),
    (46, "schemas that are none", Test(PARTS, "schemas_that_are_none_take_anything")),
    (
        46,
        "keywords that hold what they cannot",
        Test(PARTS, "keywords_that_hold_what_they_cannot_are_left_out"),
    ),
    (46, "lists of types, nullable", Test(DOCUMENTS, EVERY)),
    (46, "a wide union", Test(CHAINS, "a_wide_union_with_a_long_mapping_is_read_in_time")),
    (47, "defaults", Test(VALUES, "a_default_that_its_schema_refuses_is_left_out_and_told")),
    (47, "an example of 10 MB", Test(VALUES, "a_long_example_is_left_out_and_told")),
    (
        48,
        "a delivery that is not genuine",
        Test(WEBHOOK, "what is not genuine is refused in one and the same way, and nothing is read"),
    ),
    (
        48,
        "one that comes again",
        Test(WEBHOOK_DELIVERIES, "a delivery that comes again is answered as it was, without another reload"),
    ),
    (48, "a long body", Test(WEBHOOK, "a body over the limit is not read to its end")),
    (48, "another method", Test(WEBHOOK, "whatever is no POST is told so")),
    (
        49,
        "one document many times at once",
        Test(
            "__test__/spec-loading.test.mjs",
            "one document that is loaded many times at once is one revision",
        ),
    ),
    (50, "any bytes", Test(MUTATED, "any_bytes_are_refused_or_read")),
    (
        50,
        "changed documents",
        Test(MUTATED, "documents_with_parts_in_the_wrong_places_load_but_for_those_parts"),
    ),
];

#[test]
fn every_bad_input_is_tested_or_says_why_not() {
    proofs::check('B', 1..=50, &TABLE);
}

#[test]
fn a_test_that_is_not_there_is_found_to_be_missing() {
    assert!(!proofs::has(HOSTILE, "a long text"));
}
