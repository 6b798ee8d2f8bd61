//! Module graphs on temporary directories: which modules an entry needs, what fails with what, what is compiled again.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use toolrack_core::error::{ErrorCode, Result};
use toolrack_core::loader::LocalModuleFiles;
use toolrack_core::module::{
    GraphModule, GraphReading, ImportKind, ModuleFiles, ModuleFormat, ModuleGraph, ModuleGraphOptions,
    ResolvedImport,
};

/// A directory of files, and a graph over it.
struct Scene {
    folder: tempfile::TempDir,
    graph: ModuleGraph,
}

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &json!({}))
    }

    fn with(files: &[(&str, &str)], options: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let mut options = options.clone();
        options["root"] = json!(folder.path().canonicalize().expect("a path"));
        let graph = ModuleGraph::new(ModuleGraphOptions::parse(options).expect("options"));
        let scene = Self { folder, graph };
        for (path, text) in files {
            scene.write(path, text);
        }
        scene
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("a path").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&mut self, entries: &[&str]) -> GraphReading {
        let entries: Vec<_> = entries.iter().map(|entry| self.path(entry)).collect();
        self.graph.read(&entries, &LocalModuleFiles { max_bytes: 1_000_000 })
    }

    /// The modules of a reading by their paths from the directory.
    fn names(&self, reading: &GraphReading) -> Vec<String> {
        reading.modules.iter().map(|module| self.name(&module.path)).collect()
    }

    /// Paths from the directory, with blanks between them.
    fn paths(&self, paths: &[PathBuf]) -> String {
        paths.iter().map(|path| self.name(path)).collect::<Vec<_>>().join(" ")
    }

    fn name(&self, path: &Path) -> String {
        path.strip_prefix(self.path("")).expect("below it").to_string_lossy().replace('\\', "/")
    }

    /// What the first import of a source leads to, or why it leads nowhere.
    fn first_import(&mut self, entry: &str) -> String {
        let reading = self.read(&[entry]);
        match reading.modules.first() {
            Some(module) => module
                .imports
                .first()
                .or(module.calls.first().and_then(Option::as_ref))
                .map_or_else(|| "nothing".to_owned(), |import| self.shown(import)),
            None => reading.failed[0].1.to_string().replace(&self.path("").display().to_string(), ""),
        }
    }

    fn shown(&self, import: &ResolvedImport) -> String {
        match import {
            ResolvedImport::File { path } => format!("file {}", self.name(path)),
            ResolvedImport::Package { url } => {
                let (_, rest) = url.split_once(&*self.path("").to_string_lossy()).expect("below it");
                format!("package {rest}")
            }
            ResolvedImport::Builtin { specifier } => format!("builtin {specifier}"),
            ResolvedImport::External { url } => format!("external {url}"),
        }
    }
}

fn module<'r>(reading: &'r GraphReading, name: &str) -> &'r Arc<GraphModule> {
    reading.modules.iter().find(|module| module.path.ends_with(name)).expect("is read")
}

#[test]
fn a_reading_has_every_module_once_and_entries_first() {
    let mut scene = Scene::new(&[
        ("a.mjs", "import './c.mjs'; import('./d.cjs')"),
        ("b.mjs", "import './c.mjs'; import './a.mjs'"),
        ("c.mjs", "export * from './b.mjs'; import data from './e.json' with { type: 'json' }"),
        ("d.cjs", "require('./e.json'); require('./sub'); require('./nothing')"),
        ("e.json", "{}"),
        ("sub/index.js", "module.exports = 1"),
        ("unused.mjs", "let a = ;"),
    ]);
    let reading = scene.read(&["b.mjs", "a.mjs"]);
    assert_eq!(reading.failed, []);
    assert_eq!(scene.names(&reading), ["b.mjs", "a.mjs", "c.mjs", "d.cjs", "e.json", "sub/index.js"]);
    let calls: Vec<_> =
        module(&reading, "d.cjs").calls.iter().map(|call| call.as_ref().map(|to| scene.shown(to))).collect();
    assert_eq!(calls, [Some("file e.json".to_owned()), Some("file sub/index.js".to_owned()), None]);
    assert_eq!(module(&reading, "e.json").compiled.format, ModuleFormat::Json);
}

#[test]
fn a_specifier_without_a_target_awaits_the_files_that_it_would_lead_to() {
    let paths = json!({"paths": {"@src/*": ["./src/*"]}});
    for (name, code, awaited) in [
        ("a.mjs", "import './b.mjs'", "b.mjs"),
        ("a.mjs", "import './b%20c.mjs?x'", "b c.mjs"),
        ("a.mjs", "import '@src/b.mjs'", "src/b.mjs node_modules/@src/b.mjs/package.json"),
        ("a.mjs", "import '#b'", "src/b.mjs"),
        ("a.mjs", "import 'not-installed'", "node_modules/not-installed/package.json"),
        ("a.mjs", "import 'http://localhost/b.mjs'", ""),
        ("a.mjs", "import 'node:nothing'", ""),
        (
            "a.cjs",
            "require('./b')",
            "b b/package.json b.js b.json b.node b/index.js b/index.json b/index.node",
        ),
        (
            "a.ts",
            "import './b.js'",
            "b.js b.js/package.json b.ts b.js.ts b.js.js b.js.mts b.js.mjs b.js.cts b.js.cjs b.js.json \
             b.js.node b.js/index.ts b.js/index.js b.js/index.mts b.js/index.mjs b.js/index.cts \
             b.js/index.cjs b.js/index.json b.js/index.node",
        ),
    ] {
        let manifest = r##"{"imports": {"#b": "./src/b.mjs"}}"##;
        let mut scene = Scene::with(&[(name, code), ("package.json", manifest)], &paths);
        let reading = scene.read(&[name]);
        let found = match reading.modules.first() {
            Some(module) => scene.paths(&module.awaited),
            None => scene.paths(&reading.others[0].imports),
        };
        assert_eq!(found, awaited, "{code}");
    }
}

#[cfg(unix)]
#[test]
fn an_entry_behind_a_link_is_the_module_of_its_real_path() {
    let mut scene = Scene::new(&[("real/a.mjs", "")]);
    std::os::unix::fs::symlink(scene.path("real"), scene.path("link")).expect("a link");
    let reading = scene.read(&["link/a.mjs", "gone.mjs"]);
    let gone = scene.path("gone.mjs");
    let entries = [(scene.path("link/a.mjs"), scene.path("real/a.mjs")), (gone.clone(), gone)];
    assert_eq!(reading.entries, entries);
    assert_eq!(reading.modules[0].path, scene.path("real/a.mjs"));
}

#[test]
fn an_entry_fails_alone_with_what_it_imports() {
    let mut scene = Scene::new(&[
        ("good.mjs", "import './helper.mjs'"),
        ("helper.mjs", "export const a = 1"),
        ("deep.mjs", "import './middle.mjs'"),
        ("middle.mjs", "import './broken.mjs'"),
        ("broken.mjs", "\nlet a = ;"),
        ("missing.mjs", "export * from './nowhere.mjs'"),
        ("caller.mjs", "import('./deep.mjs'); import('./nowhere.mjs'); import('./helper.mjs')"),
        ("package.mjs", "\nimport 'not-installed/sub'"),
    ]);
    let reading =
        scene.read(&["good.mjs", "deep.mjs", "missing.mjs", "caller.mjs", "package.mjs", "gone.mjs"]);
    assert_eq!(scene.names(&reading), ["good.mjs", "caller.mjs", "helper.mjs"]);
    let others: Vec<_> = reading
        .others
        .iter()
        .map(|file| (scene.name(&file.path), file.hash.is_some(), scene.paths(&file.imports)))
        .collect();
    let other = |name: &str, is_read: bool, imports: &str| (name.to_owned(), is_read, imports.to_owned());
    assert_eq!(
        others,
        [
            other("deep.mjs", true, "middle.mjs"),
            other("missing.mjs", true, "nowhere.mjs"),
            other("package.mjs", true, ""),
            other("gone.mjs", false, ""),
            other("middle.mjs", true, "broken.mjs"),
            other("broken.mjs", true, ""),
        ]
    );
    assert_eq!(scene.paths(&module(&reading, "caller.mjs").awaited), "nowhere.mjs deep.mjs");
    let calls: Vec<_> = module(&reading, "caller.mjs").calls.iter().map(Option::is_some).collect();
    assert_eq!(calls, [false, false, true]);
    let home = scene.path("").display().to_string();
    let failed: Vec<_> = reading
        .failed
        .iter()
        .map(|(entry, error)| {
            format!("{} {:?} {}", scene.name(entry), error.code(), error.to_string().replace(&home, ""))
        })
        .collect();
    assert_eq!(
        failed,
        [
            "deep.mjs InvalidSpec broken.mjs:2:9: Unexpected token",
            "missing.mjs SourceUnreadable cannot read missing.mjs:1:15: its import \"./nowhere.mjs\" is \
             not there: write the path of the file with its ending, as Node wants it",
            "package.mjs SourceUnreadable cannot read package.mjs:2:8: its import \"not-installed/sub\" \
             is not installed: run npm install not-installed",
            "gone.mjs SourceUnreadable cannot read gone.mjs: there is no gone.mjs",
        ]
    );
}

const PACKAGES: [(&str, &str); 12] = [
    (
        "node_modules/dual/package.json",
        r#"{"exports": {".": {"import": "./i.mjs", "require": "./r.cjs"}, "./sub": "./s.js"}}"#,
    ),
    ("node_modules/dual/i.mjs", ""),
    ("node_modules/dual/r.cjs", ""),
    ("node_modules/dual/s.js", ""),
    ("node_modules/@scope/plain/package.json", r#"{"main": "lib/main"}"#),
    ("node_modules/@scope/plain/lib/main.js", ""),
    ("node_modules/@scope/plain/lib/main.ts", ""),
    (
        "package.json",
        r##"{"name": "own", "exports": "./src/a.js",
            "imports": {"#a": "./src/a.js", "#fs": "node:fs", "#dual": "dual", "#x/*": "./src/*.js"}}"##,
    ),
    ("src/a.js", ""),
    ("src/b.ts", ""),
    ("src/c.wasm", ""),
    ("src/d/index.js", ""),
];

#[test]
fn specifiers_of_javascript_lead_where_node_goes() {
    let mut scene = Scene::new(&PACKAGES);
    for (source, expected) in [
        ("import './src/a.js'", "file src/a.js"),
        ("import './src/../src/a.js?v=1#x'", "file src/a.js"),
        ("import './src/%61.js'", "file src/a.js"),
        (
            "import './src/a'",
            "cannot read entry.mjs:1:8: its import \"./src/a\" is not there: write the path of the file \
             with its ending, as Node wants it",
        ),
        (
            "import './src/d'",
            "cannot read entry.mjs:1:8: its import \"./src/d\" is not there: write the path of the file \
             with its ending, as Node wants it",
        ),
        (
            "import './src/b.js'",
            "cannot read entry.mjs:1:8: its import \"./src/b.js\" is not there: write the path of the \
             file with its ending, as Node wants it",
        ),
        ("import './src/b.ts'", "file src/b.ts"),
        ("import './src/c.wasm'", "package src/c.wasm"),
        ("import 'dual'", "package node_modules/dual/i.mjs"),
        ("import 'dual/sub'", "package node_modules/dual/s.js"),
        ("import '@scope/plain'", "package node_modules/@scope/plain/lib/main.js"),
        ("import './node_modules/dual/s.js'", "package node_modules/dual/s.js"),
        ("import 'own'", "package src/a.js"),
        ("import '#a'", "file src/a.js"),
        ("import '#x/a'", "file src/a.js"),
        ("import '#dual'", "package node_modules/dual/i.mjs"),
        ("import '#fs'", "builtin node:fs"),
        ("import 'fs'", "builtin node:fs"),
        ("import 'fs/promises'", "builtin node:fs/promises"),
        ("import 'node:test'", "builtin node:test"),
        ("import 'data:text/javascript,1'", "external data:text/javascript,1"),
        (
            "import './src/a.js' with { type: 'json' }",
            "entry.mjs:1:8: the import of \"./src/a.js\" has type: \"json\", and it is no .json file: take the \
             attribute away",
        ),
        (
            "import 'https://a.example/b.js'",
            "cannot read entry.mjs:1:8: its import \"https://a.example/b.js\" is of https, and modules \
             are not read from the network: save it as a file",
        ),
    ] {
        scene.write("entry.mjs", source);
        assert_eq!(scene.first_import("entry.mjs"), expected, "{source}");
    }
}

#[test]
fn specifiers_of_commonjs_lead_where_node_goes() {
    let mut scene = Scene::new(&PACKAGES);
    for (source, expected) in [
        ("require('./src/a')", "file src/a.js"),
        ("require('./src/d')", "file src/d/index.js"),
        ("require('./src/d/')", "file src/d/index.js"),
        ("require('./src/b')", "nothing"),
        ("require('dual')", "package node_modules/dual/r.cjs"),
        ("require('@scope/plain')", "package node_modules/@scope/plain/lib/main.js"),
        ("require('#a')", "file src/a.js"),
        ("require('fs')", "builtin node:fs"),
        ("import('dual')", "package node_modules/dual/i.mjs"),
    ] {
        scene.write("entry.cjs", source);
        assert_eq!(scene.first_import("entry.cjs"), expected, "{source}");
    }
}

#[test]
fn specifiers_of_typescript_lead_to_sources() {
    let paths = json!({"paths": {"@src/*": ["./src/*"], "@b": ["./src/nowhere", "./src/b"]}});
    let mut scene = Scene::with(&PACKAGES, &paths);
    for (path, text) in
        [("src/a.ts", "export {}"), ("src/e.mts", "export {}"), ("src/f/index.ts", "export {}")]
    {
        scene.write(path, text);
    }
    for (specifier, expected) in [
        ("./src/a.js", "file src/a.ts"),
        ("./src/a", "file src/a.ts"),
        ("./src/b.js", "file src/b.ts"),
        ("./src/b.ts", "file src/b.ts"),
        ("./src/e.mjs", "file src/e.mts"),
        ("./src/f", "file src/f/index.ts"),
        ("./src/d", "file src/d/index.js"),
        ("@src/b", "file src/b.ts"),
        ("@src/a.js", "file src/a.ts"),
        ("@b", "file src/b.ts"),
        ("@scope/plain", "package node_modules/@scope/plain/lib/main.js"),
        ("dual", "package node_modules/dual/i.mjs"),
        ("./src/z", "cannot read entry.ts:1:20: its import \"./src/z\" is not there: check the path"),
    ] {
        scene.write("entry.ts", &format!("import * as a from '{specifier}'; a"));
        assert_eq!(scene.first_import("entry.ts"), expected, "{specifier}");
    }
}

#[test]
fn the_format_of_a_file_is_that_of_its_package() {
    let mut scene = Scene::new(&[
        ("esm/package.json", r#"{"type": "module"}"#),
        ("esm/a.js", ""),
        ("esm/a.ts", ""),
        ("esm/a.cjs", ""),
        ("cjs/package.json", r#"{"type": "commonjs"}"#),
        ("cjs/a.js", ""),
        ("cjs/a.mjs", ""),
        ("cjs/a.ts", "export {}"),
        ("cjs/b.ts", ""),
        ("none/package.json", "{}"),
        ("none/a.js", "export {}"),
        ("none/b.js", ""),
        ("none/a.cts", ""),
        ("none/a.mts", ""),
    ]);
    for (path, format) in [
        ("esm/a.js", ModuleFormat::Module),
        ("esm/a.ts", ModuleFormat::Module),
        ("esm/a.cjs", ModuleFormat::CommonJs),
        ("cjs/a.js", ModuleFormat::CommonJs),
        ("cjs/a.mjs", ModuleFormat::Module),
        ("cjs/a.ts", ModuleFormat::Module),
        ("cjs/b.ts", ModuleFormat::CommonJs),
        ("none/a.js", ModuleFormat::Module),
        ("none/b.js", ModuleFormat::CommonJs),
        ("none/a.cts", ModuleFormat::CommonJs),
        ("none/a.mts", ModuleFormat::Module),
    ] {
        assert_eq!(scene.read(&[path]).modules[0].compiled.format, format, "{path}");
    }
}

/// Counts the reads of files, and has some of its own.
struct Observed(RefCell<Vec<PathBuf>>, PathBuf, &'static str);

impl ModuleFiles for Observed {
    fn read(&self, path: &Path) -> Result<Cow<'_, [u8]>> {
        const DISK: LocalModuleFiles = LocalModuleFiles { max_bytes: 1_000_000 };
        self.0.borrow_mut().push(path.to_owned());
        if path == self.1 { Ok(Cow::Borrowed(self.2.as_bytes())) } else { DISK.read(path) }
    }
}

#[test]
fn a_file_is_compiled_again_when_its_content_has_changed() {
    let mut scene = Scene::new(&[("a.mjs", "import './b.mjs'"), ("b.mjs", "export const b = 1")]);
    let first = scene.read(&["a.mjs"]);
    let same = scene.read(&["a.mjs"]);
    assert!(Arc::ptr_eq(&module(&first, "b.mjs").compiled, &module(&same, "b.mjs").compiled));
    let observed = Observed(RefCell::default(), scene.path("b.mjs"), "export const c = 1");
    let changed = scene.graph.read(&[scene.path("a.mjs")], &observed);
    assert_eq!(observed.0.into_inner(), [scene.path("a.mjs"), scene.path("b.mjs")]);
    assert_eq!(module(&changed, "b.mjs").compiled.exports, ["c"]);
    assert_ne!(module(&changed, "b.mjs").hash, module(&first, "b.mjs").hash);
    assert!(Arc::ptr_eq(&module(&first, "a.mjs").compiled, &module(&changed, "a.mjs").compiled));
    scene.graph.retain(&HashSet::from([scene.path("b.mjs")]));
    let again = scene.read(&["a.mjs"]);
    assert!(!Arc::ptr_eq(&module(&again, "a.mjs").compiled, &module(&first, "a.mjs").compiled));
}

#[test]
fn a_file_that_comes_or_goes_is_seen_in_the_next_reading() {
    let mut scene = Scene::new(&[("a.ts", "import { b } from './b'; b")]);
    assert_eq!(scene.read(&["a.ts"]).failed.len(), 1);
    scene.write("b.js", "exports.b = 1");
    assert_eq!(scene.first_import("a.ts"), "file b.js");
    scene.write("b.ts", "export const b = 1");
    assert_eq!(scene.first_import("a.ts"), "file b.ts");
    fs::remove_file(scene.path("b.ts")).expect("goes");
    assert_eq!(scene.first_import("a.ts"), "file b.js");
}

#[test]
fn a_reading_and_its_files_are_bounded() {
    let mut files: Vec<_> =
        (0..9).map(|i| (format!("{i}.mjs"), format!("import './{}.mjs'", i + 1))).collect();
    files.push(("9.mjs".to_owned(), "export {}".to_owned()));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut scene = Scene::with(&files, &json!({"limits": {"files": 9}}));
    assert_eq!(scene.read(&["1.mjs"]).modules.len(), 9);
    let over = scene.read(&["0.mjs"]);
    assert_eq!(over.failed[0].1.code(), ErrorCode::LimitExceeded);
    let mut scene = Scene::with(&files, &json!({"limits": {"bytes": 10}}));
    assert_eq!(scene.read(&["9.mjs"]).modules.len(), 1);
    assert_eq!(scene.read(&["0.mjs"]).failed.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_module_is_its_real_path() {
    let mut scene =
        Scene::new(&[("real/a.mjs", "export {}"), ("b.mjs", "import './link.mjs'; import './real/a.mjs'")]);
    std::os::unix::fs::symlink(scene.path("real/a.mjs"), scene.path("link.mjs")).expect("a link");
    let reading = scene.read(&["b.mjs", "link.mjs"]);
    assert_eq!(scene.names(&reading), ["b.mjs", "real/a.mjs"]);
}

#[test]
fn a_specifier_is_resolved_by_itself() {
    let scene = Scene::new(&PACKAGES);
    let importer = scene.path("entry.mjs");
    let resolved = scene.graph.resolve(&importer, "./src/a.js", ImportKind::Import).expect("is there");
    assert_eq!(scene.shown(&resolved), "file src/a.js");
    assert_eq!(
        json!(scene.graph.resolve(&importer, "fs", ImportKind::Require).expect("is there")),
        json!({"kind": "builtin", "specifier": "node:fs"})
    );
    let error = scene.graph.resolve(&importer, "nowhere", ImportKind::Import).expect_err("is missing");
    assert!(
        error.to_string().ends_with("its import \"nowhere\" is not installed: run npm install nowhere"),
        "{error}"
    );
}

#[test]
fn a_module_is_written_with_what_its_specifiers_lead_to() {
    let mut scene = Scene::new(&[
        ("a.mjs", "import { b } from './b.mjs'; import('fs'); import('./nowhere.mjs')"),
        ("b.mjs", "export let b"),
    ]);
    let reading = scene.read(&["a.mjs"]);
    let mut written = json!(*reading.modules[0]);
    assert_eq!(written["hash"].as_str().map(str::len), Some(64));
    let code = written["code"].take();
    assert!(code.as_str().is_some_and(|code| code.starts_with("__trexports({  }); yield; ;")), "{code}");
    written["hash"].take();
    assert_eq!(
        written,
        json!({
            "path": scene.path("a.mjs"), "hash": null, "format": "module", "code": null, "isAsync": false,
            "prefix": "__tr",
            "imports": [{
                "specifier": "./b.mjs", "names": [{"name": "b", "line": 1, "column": 10}], "line": 1, "column": 19,
                "to": {"kind": "file", "path": scene.path("b.mjs")},
            }],
            "calls": [
                {"specifier": "fs", "kind": "import", "line": 1, "column": 30,
                 "to": {"kind": "builtin", "specifier": "node:fs"}},
                {"specifier": "./nowhere.mjs", "kind": "import", "line": 1, "column": 44, "to": null},
            ],
            "awaited": [scene.path("nowhere.mjs")],
            "exports": [], "typeExports": [], "stars": [], "indirectExports": [],
        })
    );
}
