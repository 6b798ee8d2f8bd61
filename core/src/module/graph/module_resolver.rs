//! Resolution of specifiers as Node does it, and of TypeScript on top. Only this file uses the crate `oxc_resolver`.

use std::path::{Path, PathBuf};

use oxc_resolver::{ModuleType, ResolveContext, ResolveError, ResolveOptions, Resolver};

use super::real_path::real_path;
use crate::module::source_kind::ModuleFormat;

/// What a specifier was found to be.
pub enum FoundModule {
    /// A file, by its real path.
    File(PathBuf),
    /// A module of Node, with `node:`.
    Builtin(String),
}

/// Which rules of resolution hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResolutionRules {
    /// `import` of JavaScript: a path is complete.
    Import,
    /// `require` of JavaScript: endings and folders are searched.
    Require,
    /// `import` of TypeScript: endings and folders are searched, and `./x.js` may be `./x.ts`.
    TypeScriptImport,
    /// `require` of TypeScript.
    TypeScriptRequire,
}

/// Endings that a path may lack.
const NODE_ENDINGS: [&str; 3] = [".js", ".json", ".node"];
const TYPESCRIPT_ENDINGS: [&str; 8] = [".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".json", ".node"];
/// What TypeScript writes for the ending of a source.
const SOURCE_ENDINGS: [(&str, &str); 3] = [(".js", ".ts"), (".mjs", ".mts"), (".cjs", ".cts")];

impl ResolutionRules {
    /// The files that a path may stand for.
    pub fn candidates(self, path: &Path) -> Vec<PathBuf> {
        let text = path.to_string_lossy();
        let endings = match self {
            Self::Import => return vec![path.to_owned()],
            Self::Require => &NODE_ENDINGS[..],
            Self::TypeScriptImport | Self::TypeScriptRequire => &TYPESCRIPT_ENDINGS[..],
        };
        let is_typescript = self != Self::Require;
        let written = SOURCE_ENDINGS.iter().filter(|_| is_typescript);
        let sources = written
            .filter_map(|(written, source)| Some(format!("{}{source}", text.strip_suffix(written)?).into()));
        let complete = endings.iter().map(|ending| format!("{text}{ending}").into());
        let folder = endings.iter().map(|ending| path.join(format!("index{ending}")));
        let whole = [path.to_owned(), path.join("package.json")];
        whole.into_iter().chain(sources).chain(complete).chain(folder).collect()
    }
}

/// Resolvers for all rules, over one cache of the file system.
pub struct ModuleResolver {
    import: Resolver,
    require: Resolver,
    typescript_import: Resolver,
    typescript_require: Resolver,
}

impl ModuleResolver {
    /// Makes the resolvers.
    pub fn new() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let options = |condition: &str, extensions: &[&str]| ResolveOptions {
            condition_names: texts(&["node", condition]),
            extensions: texts(extensions),
            builtin_modules: true,
            module_type: true,
            node_path: false,
            ..ResolveOptions::default()
        };
        let with_types = |mut options: ResolveOptions| {
            let alias = |written: &str, source: &str| (written.to_owned(), texts(&[source, written]));
            options.extension_alias =
                SOURCE_ENDINGS.iter().map(|(written, source)| alias(written, source)).collect();
            options
        };
        let import =
            Resolver::new(ResolveOptions { fully_specified: true, ..options("import", &NODE_ENDINGS) });
        let typescript_import = import.clone_with_options(with_types(options("import", &TYPESCRIPT_ENDINGS)));
        let require = import.clone_with_options(options("require", &NODE_ENDINGS));
        let typescript_require =
            import.clone_with_options(with_types(options("require", &TYPESCRIPT_ENDINGS)));
        Self { import, require, typescript_import, typescript_require }
    }

    /// Forgets what it knows of the file system.
    pub fn forget(&self) {
        self.import.clear_cache();
    }

    /// Resolves a specifier in a folder. The error says why it cannot.
    pub fn resolve(
        &self,
        rules: ResolutionRules,
        folder: &Path,
        specifier: &str,
    ) -> Result<FoundModule, String> {
        match self.resolver(rules).resolve(folder, specifier) {
            Ok(found) => Ok(FoundModule::File(found.into_path_buf())),
            Err(ResolveError::Builtin { resolved, .. }) => Ok(FoundModule::Builtin(resolved)),
            Err(ResolveError::NotFound(_)) => Err(String::new()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The files that were sought for a specifier, and are missing.
    pub fn missing(&self, rules: ResolutionRules, folder: &Path, specifier: &str) -> Vec<PathBuf> {
        let mut context = ResolveContext::default();
        // The outcome is known: it has no target.
        let _ = self.resolver(rules).resolve_with_context(folder, specifier, None, &mut context);
        let mut missing: Vec<_> = context.missing_dependencies.into_iter().collect();
        missing.sort();
        missing
    }

    /// Resolves a path. The error is empty where nothing is there.
    pub fn resolve_path(&self, rules: ResolutionRules, path: &Path) -> Result<FoundModule, String> {
        if rules != ResolutionRules::Import {
            return self.resolve(rules, path, own_specifier(path));
        }
        // The path of an import is complete: a folder is no module.
        if path.is_file() { Ok(FoundModule::File(real_path(path))) } else { Err(String::new()) }
    }

    /// `type` of the package that a file is of.
    pub fn package_type(&self, path: &Path) -> Option<ModuleFormat> {
        match self.import.resolve(path, own_specifier(path)).ok()?.module_type()? {
            ModuleType::Module => Some(ModuleFormat::Module),
            ModuleType::CommonJs => Some(ModuleFormat::CommonJs),
            _ => None,
        }
    }

    const fn resolver(&self, rules: ResolutionRules) -> &Resolver {
        match rules {
            ResolutionRules::Import => &self.import,
            ResolutionRules::Require => &self.require,
            ResolutionRules::TypeScriptImport => &self.typescript_import,
            ResolutionRules::TypeScriptRequire => &self.typescript_require,
        }
    }
}

/// The specifier that leads from a path to that path itself. The path cannot be the specifier: `?` and `#` would begin a
/// query and a fragment there, and nothing escapes them.
fn own_specifier(path: &Path) -> &'static str {
    let asks_for_folder = path.to_str().is_some_and(|path| path.ends_with(std::path::is_separator));
    if asks_for_folder { "./" } else { "./." }
}
