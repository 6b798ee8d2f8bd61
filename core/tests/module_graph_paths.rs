//! Paths of modules that a URL would read otherwise, and modules over a limit.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use toolrack_core::error::{Error, ErrorCode};
use toolrack_core::loader::LocalModuleFiles;
use toolrack_core::module::{GraphReading, ModuleFormat, ModuleGraph, ModuleGraphOptions};

/// A directory of files.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        let scene = Self(tempfile::tempdir().expect("a directory"));
        for (path, text) in files {
            let path = scene.path(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        scene
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().canonicalize().expect("a path").join(path)
    }

    fn read(&self, entry: &str, options: ModuleGraphOptions) -> GraphReading {
        let files = LocalModuleFiles { max_bytes: options.bytes };
        ModuleGraph::new(options).read(&[self.path(entry)], &files)
    }

    /// The modules of an entry by their paths from the directory, or why it fails.
    fn names(&self, entry: &str) -> Result<Vec<String>, Error> {
        let mut reading = self.read(entry, ModuleGraphOptions::default());
        let name = |path: &Path| path.strip_prefix(self.path("")).expect("below").display().to_string();
        match reading.failed.pop() {
            Some((_, error)) => Err(error),
            None => Ok(reading.modules.iter().map(|module| name(&module.path)).collect()),
        }
    }

    fn error(&self, entry: &str, options: ModuleGraphOptions) -> Error {
        self.read(entry, options).failed.pop().expect("fails").1
    }
}

#[cfg(unix)]
#[test]
fn a_folder_or_file_may_have_any_name() {
    for name in ["q?d", "#d", "d#", "d ?#%20é", "?", "#"] {
        let files = [
            ("js/tool.mjs", "import './h.mjs'; import '../cjs/a.cjs'; import('../ts/tool.ts')"),
            ("js/h.mjs", ""),
            ("cjs/a.cjs", "require('./b'); require('../cjs/folder'); require('./c.cjs')"),
            ("cjs/b.js", ""),
            ("cjs/c.cjs", "require('./folder/')"),
            ("cjs/folder/index.js", ""),
            ("ts/tool.ts", "import './h.js'; import './i'; import './folder'; export {}"),
            ("ts/h.ts", ""),
            ("ts/i.mts", ""),
            ("ts/folder/index.ts", ""),
        ];
        let paths: Vec<_> = files.iter().map(|(path, text)| (format!("{name}/{path}"), *text)).collect();
        let paths: Vec<_> = paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let mut found = Scene::new(&paths).names(&format!("{name}/js/tool.mjs")).expect("is read");
        let mut expected: Vec<_> = paths.iter().map(|(path, _)| (*path).to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_found_by_its_escaped_name() {
    let scene = Scene::new(&[
        ("a.mjs", "import './b%3F%23.mjs'; import './%23c.mjs'; import './d.cjs'"),
        ("b?#.mjs", ""),
        ("#c.mjs", ""),
        ("d.cjs", "require('./e?.js'); require('./#f.js'); require('./g#?h'); require('./i#j')"),
        ("e?.js", ""),
        ("#f.js", ""),
        ("g#?h.js", ""),
        ("i#j.js", ""),
    ]);
    let found = scene.names("a.mjs").expect("is read");
    assert_eq!(found, ["a.mjs", "b?#.mjs", "#c.mjs", "d.cjs", "e?.js", "#f.js", "g#?h.js", "i#j.js"]);
}

#[cfg(unix)]
#[test]
fn the_package_of_a_folder_with_a_question_mark_has_its_type() {
    for (folder, kind, format) in [
        ("q?d", "module", ModuleFormat::Module),
        ("q?d/below", "commonjs", ModuleFormat::CommonJs),
        ("#", "module", ModuleFormat::Module),
    ] {
        let package = format!("{folder}/package.json");
        let text = json!({ "type": kind }).to_string();
        let scene = Scene::new(&[
            (&package, &text),
            (&format!("{folder}/tool.js"), ""),
            (&format!("{folder}/t?ol.js"), ""),
            (&format!("{folder}/#.js"), ""),
        ]);
        for file in ["tool.js", "t?ol.js", "#.js"] {
            let reading = scene.read(&format!("{folder}/{file}"), ModuleGraphOptions::default());
            assert_eq!(reading.modules[0].compiled.format, format, "{folder}/{file}");
        }
    }
}

#[test]
fn a_module_over_a_limit_is_told_with_its_path_and_a_way_out() {
    let scene = Scene::new(&[("a.mjs", "import './b.mjs'"), ("b.mjs", "export const b = 'twenty bytes'")]);
    let options = |limits| ModuleGraphOptions::parse(json!({ "limits": limits })).expect("options");
    let location = scene.path("b.mjs").display().to_string();
    let long = scene.error("a.mjs", options(json!({ "bytes": 20 })));
    assert_eq!(long.code(), ErrorCode::LimitExceeded);
    assert_eq!(
        long.to_string(),
        format!(
            "{location}: size of a module in bytes is over the limit of 20: keep data in a file that the code \
             reads when it runs, or import the code from a package"
        )
    );
    assert_eq!(
        json!(long),
        json!({ "location": location, "what": "size of a module in bytes", "limit": 20 })
    );
    let many = scene.error("a.mjs", options(json!({ "files": 1 })));
    assert_eq!(many.code(), ErrorCode::LimitExceeded);
    assert_eq!(
        many.to_string(),
        format!(
            "{location}: number of modules in one load is over the limit of 1: load fewer sources at once, or \
             import the code from a package"
        )
    );
}
