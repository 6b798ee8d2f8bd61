//! What a specifier of a module leads to: a module of the graph, or one that the host imports.

use std::path::{Path, PathBuf};

use url::Url;

use super::graph_module::ResolvedImport;
use super::module_resolver::{FoundModule, ModuleResolver, ResolutionRules};
use super::path_aliases::PathAliases;
use crate::module::compiled_module::ImportKind;
use crate::module::source_kind::SourceKind;

/// Resolves specifiers of modules.
pub struct SpecifierResolution<'g> {
    /// Resolution as Node does it.
    pub resolver: &'g ModuleResolver,
    /// Specifiers that lead elsewhere.
    pub aliases: &'g PathAliases,
}

/// How a specifier is written.
enum SpecifierForm {
    Local(PathBuf),
    Imports,
    Bare,
}

impl SpecifierResolution<'_> {
    /// Resolves a specifier of an importer. The error is the reason, as a sentence behind the specifier.
    pub fn resolve(
        &self,
        importer: &Path,
        specifier: &str,
        kind: ImportKind,
    ) -> Result<ResolvedImport, String> {
        if specifier.starts_with("data:") && kind == ImportKind::Import {
            return Ok(ResolvedImport::External { url: specifier.to_owned() });
        }
        if let Some((scheme @ ("http" | "https"), _)) = specifier.split_once("://") {
            return Err(format!(
                "is of {scheme}, and modules are not read from the network: save it as a file"
            ));
        }
        let folder = importer.parent().unwrap_or(importer);
        for target in self.aliases.targets(specifier) {
            if let Ok(FoundModule::File(path)) = self.resolve_local(importer, &target, kind) {
                return local(path);
            }
        }
        let found = match form(importer, specifier, kind)? {
            SpecifierForm::Local(path) => self.resolve_local(importer, &path, kind),
            SpecifierForm::Imports => self.resolver.resolve(rules(importer, kind), folder, specifier),
            SpecifierForm::Bare => {
                return match self.resolver.resolve(bare_rules(kind), folder, specifier) {
                    Ok(FoundModule::File(path)) => package(&path),
                    Ok(FoundModule::Builtin(specifier)) => Ok(ResolvedImport::Builtin { specifier }),
                    Err(reason) => Err(missing_package(folder, specifier, &reason)),
                };
            }
        };
        match found {
            Ok(FoundModule::File(path)) => local(path),
            Ok(FoundModule::Builtin(specifier)) => Ok(ResolvedImport::Builtin { specifier }),
            Err(reason) if !reason.is_empty() => Err(format!("cannot be resolved: {reason}")),
            Err(_) => Err(missing_file(importer, kind)),
        }
    }

    /// The missing files that would give a specifier without a target one. For a package that is not installed this is its
    /// `package.json`; of one that is installed, the files that it lacks.
    pub fn awaited(&self, importer: &Path, specifier: &str, kind: ImportKind) -> Vec<PathBuf> {
        let rules = rules(importer, kind);
        let folder = importer.parent().unwrap_or(importer);
        let mut paths = self.aliases.targets(specifier);
        let mut awaited = Vec::new();
        let mut of_package = Vec::new();
        match form(importer, specifier, kind) {
            Ok(SpecifierForm::Local(path)) => paths.push(path),
            Ok(SpecifierForm::Imports) => awaited = self.resolver.missing(rules, folder, specifier),
            // A URL, or a module that Node does not have: no package has such a name.
            Ok(SpecifierForm::Bare) if specifier.contains(':') => {}
            Ok(SpecifierForm::Bare) => {
                let name = package_name(specifier);
                of_package = manifests(folder, &name);
                if let Some(installed) = installed_package(folder, &name) {
                    let missing = self.resolver.missing(bare_rules(kind), folder, specifier);
                    of_package.extend(missing.into_iter().filter(|path| path.starts_with(&installed)));
                }
            }
            Err(_) => {}
        }
        awaited.extend(paths.iter().flat_map(|path| rules.candidates(path)));
        awaited.retain(|path| !is_of_package(path));
        awaited.extend(of_package);
        awaited.retain(|path| !path.is_file());
        awaited
    }

    fn resolve_local(&self, importer: &Path, path: &Path, kind: ImportKind) -> Result<FoundModule, String> {
        self.resolver.resolve_path(rules(importer, kind), path)
    }
}

fn form(importer: &Path, specifier: &str, kind: ImportKind) -> Result<SpecifierForm, String> {
    let is_relative =
        matches!(specifier, "." | "..") || specifier.starts_with("./") || specifier.starts_with("../");
    if specifier.starts_with('#') {
        return Ok(SpecifierForm::Imports);
    }
    let folder = importer.parent().unwrap_or(importer);
    if kind == ImportKind::Require && !specifier.starts_with("file:") {
        let is_path = is_relative || Path::new(specifier).is_absolute();
        return Ok(if is_path {
            SpecifierForm::Local(normalized(&folder.join(specifier), specifier))
        } else {
            SpecifierForm::Bare
        });
    }
    // An import is a URL: it may have escapes and a query.
    if is_relative || specifier.starts_with('/') || specifier.starts_with("file:") {
        let url = Url::from_file_path(importer).ok().and_then(|base| base.join(specifier).ok());
        let path = url.and_then(|url| url.to_file_path().ok());
        return path.map(SpecifierForm::Local).ok_or_else(|| "is no path of a file".to_owned());
    }
    Ok(SpecifierForm::Bare)
}

/// A path without `.` and `..`. A `/` at its end stays: it asks for a folder.
fn normalized(path: &Path, specifier: &str) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            std::path::Component::CurDir => {}
            part => parts.push(part),
        }
    }
    if specifier.ends_with('/') || specifier.ends_with("..") || specifier == "." || specifier.ends_with("/.")
    {
        parts.push("");
    }
    parts
}

fn rules(importer: &Path, kind: ImportKind) -> ResolutionRules {
    let is_typescript =
        matches!(importer.extension().and_then(|end| end.to_str()), Some("ts" | "mts" | "cts"));
    match (kind, is_typescript) {
        (ImportKind::Import, true) => ResolutionRules::TypeScriptImport,
        (ImportKind::Require, true) => ResolutionRules::TypeScriptRequire,
        (kind, false) => bare_rules(kind),
    }
}

/// Packages are resolved by the rules of Node alone: some have sources in TypeScript beside their code.
const fn bare_rules(kind: ImportKind) -> ResolutionRules {
    match kind {
        ImportKind::Import => ResolutionRules::Import,
        ImportKind::Require => ResolutionRules::Require,
    }
}

/// A file that was asked for by a path: a module of the graph unless it is of a package, or of a format of the host.
fn local(path: PathBuf) -> Result<ResolvedImport, String> {
    if is_of_package(&path) {
        return package(&path);
    }
    let extension = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    if matches!(extension, "jsx" | "tsx") {
        return Err(format!(
            "is a .{extension} file, and JSX is not supported: compile it to JavaScript first"
        ));
    }
    if SourceKind::EXTENSIONS.contains(&extension) {
        Ok(ResolvedImport::File { path })
    } else {
        package(&path)
    }
}

fn is_of_package(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "node_modules")
}

fn package(path: &Path) -> Result<ResolvedImport, String> {
    let url = Url::from_file_path(path)
        .map_err(|()| format!("leads to {}, which is no absolute path", path.display()))?;
    Ok(ResolvedImport::Package { url: url.into() })
}

/// The package of a bare specifier: `@scope/name` of `@scope/name/part.js`.
fn package_name(specifier: &str) -> String {
    let mut parts = specifier.split('/');
    let first = parts.next().unwrap_or_default();
    let second = parts.next().filter(|_| first.starts_with('@'));
    second.map_or_else(|| first.to_owned(), |second| format!("{first}/{second}"))
}

/// The folder of a package, if it is installed.
fn installed_package(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut paths = folder.ancestors().map(|above| above.join("node_modules").join(name));
    paths.find(|path| path.is_dir())
}

/// Where the `package.json` of a package would be: package managers install beside that of a project, or of its workspace.
fn manifests(folder: &Path, name: &str) -> Vec<PathBuf> {
    let projects = folder.ancestors().filter(|above| above.join("package.json").is_file());
    projects.map(|project| project.join("node_modules").join(name).join("package.json")).collect()
}

fn missing_package(folder: &Path, specifier: &str, reason: &str) -> String {
    let name = package_name(specifier);
    if reason.is_empty() {
        if installed_package(folder, &name).is_some() {
            return format!("is not there: {name} is installed without it, see its package.json");
        }
        format!("is not installed: run npm install {name}")
    } else {
        format!("cannot be resolved: {reason}")
    }
}

fn missing_file(importer: &Path, kind: ImportKind) -> String {
    let mut reason = "is not there".to_owned();
    if rules(importer, kind) == ResolutionRules::Import {
        reason.push_str(": write the path of the file with its ending, as Node wants it");
    } else {
        reason.push_str(": check the path");
    }
    reason
}
