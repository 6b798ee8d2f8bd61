//! Configuration files: what they say, where a mistake is, and that no variable of the environment leaks.
//!
//! `configs/broken.md` has a broken file for each mistake. `TOOLRACK_BLESS=1` writes their problems, to be read before
//! they are committed.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use toolrack_core::config::{ConfigFile, ConfigFormat, ConfigInput};
use toolrack_core::error::{Error, ErrorCode, Result};
use toolrack_core::search::Field;

const SECRET: &str = "s3cret-of-the-environment";

fn environment(name: &str) -> Option<String> {
    match name {
        "TOKEN" => Some(SECRET.to_owned()),
        "EMPTY" => Some(String::new()),
        "HOST" => Some("api.example.com".to_owned()),
        _ => None,
    }
}

fn read_as(format: ConfigFormat, text: &str) -> Result<ConfigFile> {
    let file = if format == ConfigFormat::Json { "toolrack.config.json" } else { "toolrack.config.yaml" };
    let input = ConfigInput { bytes: text.as_bytes(), format, file, folder: Path::new("/srv/agent") };
    ConfigFile::read(&input, &environment)
}

fn read_yaml(text: &str) -> Result<ConfigFile> {
    read_as(ConfigFormat::Yaml, text)
}

/// The problems of a file, a line each.
fn problems(outcome: Result<ConfigFile>) -> String {
    let Err(Error::InvalidConfig { problems }) = outcome else { return "valid\n".to_owned() };
    problems.iter().fold(String::new(), |mut told, problem| {
        let (line, column) = (problem.line.unwrap_or_default(), problem.column.unwrap_or_default());
        let pointer = if problem.pointer.is_empty() { "(file)" } else { &problem.pointer };
        writeln!(told, "- {line}:{column} {pointer} {}", problem.message).expect("a text");
        told
    })
}

#[test]
fn every_broken_configuration_is_told_by_line_and_mend() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs/broken.md");
    let written = fs::read_to_string(&path).expect("the broken configurations");
    let mut parts = written.split("\n## ");
    let mut told = parts.next().expect("an opening").trim_end().to_owned() + "\n";
    let mut count = 0;
    for part in parts {
        let (name, rest) = part.split_once("\n\n````").expect("a block");
        let (language, rest) = rest.split_once('\n').expect("a language");
        let (text, after) = rest.split_once("````\n").expect("an end");
        let format = if language == "json" { ConfigFormat::Json } else { ConfigFormat::Yaml };
        write!(told, "\n## {name}\n\n````{language}\n{text}````\n\n{}", problems(read_as(format, text)))
            .expect("a text");
        if after.contains("schema: blind") {
            told.push_str("\nschema: blind\n");
        }
        count += 1;
    }
    if std::env::var_os("TOOLRACK_BLESS").is_some() {
        fs::write(&path, &told).expect("a file");
    }
    assert!(count >= 60, "{count}");
    assert!(!told.contains("\n\nvalid\n"), "a file of {} is valid", path.display());
    // What is written in a file in place of a map may be a secret.
    let messages = told.lines().filter(|line| line.starts_with("- "));
    assert_eq!(messages.filter(|line| line.contains("hunter2") || line.contains("1234567")).count(), 0);
    assert!(told == fs::read_to_string(&path).expect("a file"), "see what TOOLRACK_BLESS=1 changes");
}

#[test]
fn the_message_names_file_line_and_pointer() {
    let error = read_yaml("documents:\n  crm:\n    sorce: crm.yaml\n").expect_err("is broken");
    assert_eq!(error.code(), ErrorCode::ConfigInvalid);
    assert_eq!(
        error.to_string(),
        "configuration is not valid: toolrack.config.yaml:2:3: needs source (/documents/crm); \
         toolrack.config.yaml:3:5: unknown key \"sorce\": did you mean \"source\"? (/documents/crm/sorce)"
    );
    let first = &error.details()["problems"][0];
    let expected = json!({"file": "toolrack.config.yaml", "line": 2, "column": 3,
        "pointer": "/documents/crm", "message": "needs source"});
    assert_eq!(first, &expected);
}

#[test]
fn an_object_of_a_program_has_no_lines() {
    let input = ConfigInput {
        bytes: br#"{"documents": {"crm": {}}}"#,
        format: ConfigFormat::Json,
        file: "",
        folder: Path::new("/srv/agent"),
    };
    let error = ConfigFile::read(&input, &environment).expect_err("is broken");
    assert_eq!(error.to_string(), "configuration is not valid: needs source (/documents/crm)");
}

const WHOLE: &str = include_str!("configs/whole.yaml");

#[test]
fn variables_are_filled_in_where_they_may_be_and_paths_begin_at_the_folder() {
    let file = read_yaml(WHOLE).expect("is valid");
    let config = &file.to_json_with_secrets()["config"];
    let at = |pointer: &str| config.pointer(pointer).cloned().unwrap_or_default();
    for (pointer, expected) in [
        ("/registry/audit", "/srv/agent/logs/audit.jsonl"),
        ("/registry/search/synonyms/words/purge/1", "${TOKEN}"),
        ("/loader/state/path", "/srv/agent/state.json"),
        ("/documents/crm/source", "/srv/agent/crm.yaml"),
        ("/documents/crm/baseUrl", "https://api.example.com/v1"),
        ("/documents/crm/headers/Authorization", "Bearer s3cret-of-the-environment"),
        ("/documents/crm/headers/X-Literal", "${TOKEN}"),
        ("/documents/crm/auth/key", SECRET),
        ("/documents/crm/auth/login/password/env", "PASSWORD"),
        ("/documents/crm/document/overlays/0", "/srv/agent/overlay.yaml"),
        ("/documents/erp@2/source", "https://erp.example.com/openapi.json"),
        ("/modules/0", "/srv/agent/tools"),
        ("/modules/1", "@acme/tools"),
        ("/modules/2/path", "/srv/agent/../more/tools.ts"),
        ("/mcpServers/git/args/1", "api.example.com"),
        ("/mcpServers/git/env/TOKEN", SECRET),
        ("/mcpServers/git/cwd", "/srv/agent/repo"),
        ("/mcpServers/web/url", "https://api.example.com/mcp"),
        ("/tools/0/description", "Looks up ${TOKEN}"),
        ("/tools/0/endpoint", "https://api.example.com/customers/{customerId}"),
        ("/tools/0/auth", SECRET),
    ] {
        assert_eq!(at(pointer), json!(expected), "{pointer}");
    }
    assert_eq!(at("/tools/0/parameters/customerId"), json!({"type": "string", "default": null}));
    assert_eq!(at("/serve/filter"), json!({"tags": "client"}));
    assert_eq!(config.pointer("/mcpServers/git/autoApprove"), None);
    let warnings: Vec<_> = file.warnings.iter().map(|warning| warning.pointer.as_str()).collect();
    assert_eq!(warnings, ["/mcpServers/git/autoApprove"]);
    assert!(!format!("{file:?}").contains(SECRET));
    assert!(!json!([file.warnings, file.disabled]).to_string().contains(SECRET));
}

#[test]
fn a_search_of_a_configuration_has_the_fields_of_an_index() {
    let known = Field::ALL.map(Field::name);
    let weights = known.map(|name| format!("{name}: 1")).join(", ");
    let file =
        read_yaml(&format!("registry: {{ search: {{ fields: {{ {weights} }} }} }}\n")).expect("is valid");
    let fields = &file.to_json_with_secrets()["config"]["registry"]["search"]["fields"];
    assert_eq!(fields.as_object().map(serde_json::Map::len), Some(known.len()));
    let told = problems(read_yaml("registry: { search: { fields: { zzzzzzzzzzzz: 1 } } }\n"));
    assert!(told.contains(&known.join(", ")), "{told}");
}

#[test]
fn a_variable_that_is_not_set_leaves_out_its_own_source() {
    let text = "documents:\n  crm: { source: crm.yaml, headers: { a: '${NONE}' } }\n  erp: { source: erp.yaml }\n\
                modules: ['${NONE}', ./tools, { path: './${EMPTY}more' }]\n\
                mcpServers:\n  git: { command: '${NONE}' }\n\
                tools:\n  - { name: a, description: A, endpoint: 'https://${NONE}' }\n\
                serve: { auth: { resource: '${NONE}', authorizationServers: [] } }\n";
    let file = read_yaml(text).expect("is valid");
    let told = file.disabled.iter().map(|part| {
        let (line, column) = (part.problem.line.unwrap_or_default(), part.problem.column.unwrap_or_default());
        format!("{} {line}:{column} {} {}", part.part, part.problem.pointer, part.variable)
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "/documents/crm 2:39 /documents/crm/headers/a NONE",
            "/modules/0 4:11 /modules/0 NONE",
            "/mcpServers/git 6:10 /mcpServers/git/command NONE",
            "/tools/0 8:32 /tools/0/endpoint NONE",
            "/serve 9:18 /serve/auth/resource NONE",
        ]
    );
    let json = file.to_json_with_secrets();
    let expected = json!({
        "documents": {"erp": {"source": "/srv/agent/erp.yaml"}},
        "modules": ["/srv/agent/tools", {"path": "/srv/agent/more"}],
        "mcpServers": {},
        "tools": [],
    });
    assert_eq!(json["config"], expected);
    assert_eq!(json["disabled"][0]["message"], "the environment has no variable NONE");
    let config = &file.config;
    assert_eq!((config.documents.0.len(), config.modules.len(), config.tools.len()), (1, 2, 0));
    assert!(config.serve.is_none() && config.mcp_servers.0.is_empty());
}

#[test]
fn a_value_of_a_variable_is_in_no_error() {
    for text in [
        "documents:\n  crm: { source: \"{${TOKEN}\" }\n",
        "documents:\n  crm: { source: crm.yaml, headers: { a: '${TOKEN} ${' } }\n",
        "loader: { state: '${NONE}${TOKEN}' }\n",
        "documents: { '': { source: '${TOKEN}' } }\n",
    ] {
        let error = read_yaml(text).expect_err(text);
        let told = format!("{error} {error:?} {}", error.details());
        assert!(!told.contains(SECRET), "{told}");
    }
}

#[test]
fn a_file_that_has_mcp_servers_alone_is_a_configuration() {
    let text = r#"{"mcpServers": {"fs": {"command": "npx", "args": ["-y", "server"], "alwaysAllow": []}}}"#;
    let file = read_as(ConfigFormat::Json, text).expect("is valid");
    assert_eq!(file.config.mcp_servers.0.len(), 1);
    assert_eq!(file.warnings.len(), 1);
    assert!(read_as(ConfigFormat::Json, "{}").is_ok());
}

#[test]
fn every_example_is_valid() {
    for (format, text) in [
        (ConfigFormat::Yaml, include_str!("configs/crm.yaml")),
        (ConfigFormat::Json, include_str!("configs/desktop.json")),
    ] {
        let file = read_as(format, text).unwrap_or_else(|error| panic!("{error}"));
        assert!(file.config.tools.len() + file.disabled.len() > 0, "{text}");
    }
}

#[test]
fn json_is_read_as_json() {
    let long = "k".repeat(3000);
    let text = format!(
        "\u{feff}{{\t\"tools\": [{{\"name\": \"a\", \"description\": \"\\ud83d\\ude00 \\u007f \u{7f}\\/\", \
         \"endpoint\": \"https://a\", \"parameters\": {{\"{long}\": {{\"default\": [1e3, -0.5, 12345678901, \
         \"no\", \"012\", 1.0]}}, \"__proto__\": {{}}}}}}]}}"
    );
    let file = read_as(ConfigFormat::Json, &text).expect("is valid");
    let tool = &file.to_json_with_secrets()["config"]["tools"][0];
    let expected: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("is JSON");
    assert_eq!(tool, &expected["tools"][0]);
}

#[test]
fn what_is_too_large_is_refused() {
    let bomb = ('b'..='z').fold("a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, letter| {
        let before = char::from_u32(u32::from(letter) - 1).expect("a letter");
        format!("{text}{letter}: &{letter} [{}]\n", vec![format!("*{before}"); 9].join(", "))
    });
    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x,".repeat(5_000), "*a,".repeat(5_000));
    let (deep, deep_json) = ("[".repeat(100_000), "[".repeat(50_000) + &"]".repeat(50_000));
    let blocks: String = (0..500).map(|level| " ".repeat(level) + "a:\n").collect();
    for (format, text, expected) in [
        (ConfigFormat::Yaml, bomb, "has aliases that repeat more than 20000 values"),
        (ConfigFormat::Yaml, quadratic, "has aliases that repeat more than 20000 values"),
        (ConfigFormat::Yaml, deep, "is nested too deep"),
        (ConfigFormat::Yaml, blocks, "is nested too deep"),
        (ConfigFormat::Json, deep_json, "is nested too deep"),
        (ConfigFormat::Json, " ".repeat(5 << 20), "is over the limit of 4194304 bytes"),
    ] {
        let told = problems(read_as(format, &text));
        assert!(told.contains(expected) && told.lines().count() == 1, "{expected}: {told}");
    }
}

#[test]
fn at_most_fifty_problems_are_told() {
    let text: String = (20..520).map(|length| "z".repeat(length) + ": 1\n").collect();
    assert_eq!(problems(read_yaml(&text)).lines().count(), 50);
    let twice = "a: 1\n".repeat(500);
    assert_eq!(problems(read_yaml(&twice)).lines().count(), 50);
}

#[test]
fn bytes_that_are_no_utf_8_are_told_by_line() {
    let input = ConfigInput {
        bytes: b"name: a\nmodules: [\xff]\n",
        format: ConfigFormat::Yaml,
        file: "toolrack.config.yaml",
        folder: Path::new("/"),
    };
    let told = problems(ConfigFile::read(&input, &environment));
    assert_eq!(told, "- 2:11 (file) the file is not UTF-8: save it in this encoding\n");
}
