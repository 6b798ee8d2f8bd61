//! `paths` as a tsconfig has them: specifiers with one `*` at most, and the files that they stand for.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// Specifiers that lead to files of a root folder.
#[derive(Clone, Debug, Default)]
pub struct PathAliases(Vec<PathAlias>);

#[derive(Clone, Debug)]
struct PathAlias {
    before: String,
    /// What stands behind the `*`; none without a `*`.
    after: Option<String>,
    targets: Vec<String>,
}

impl PathAliases {
    /// Parses `{ "@lib/*": ["src/lib/*"] }`. Targets are below `root`.
    pub fn parse(paths: Map<String, Value>, root: &Path) -> Result<Self> {
        let aliases = paths.into_iter().map(|(pattern, targets)| {
            let invalid = |reason: &str| Error::InvalidOptions {
                option: "paths".to_owned(),
                reason: format!("\"{pattern}\" {reason}"),
            };
            let Value::Array(targets) = targets else { return Err(invalid("must be a list of paths")) };
            let targets = targets.iter().map(|target| {
                let target = target.as_str().ok_or_else(|| invalid("must be a list of paths"))?;
                if target.matches('*').count() > 1 {
                    return Err(invalid("has a path with more than one *"));
                }
                Ok(root.join(target).to_string_lossy().into_owned())
            });
            let targets = targets.collect::<Result<_>>()?;
            match pattern.split_once('*') {
                Some((_, after)) if after.contains('*') => Err(invalid("has more than one *")),
                Some((before, after)) => {
                    Ok(PathAlias { before: before.to_owned(), after: Some(after.to_owned()), targets })
                }
                None => Ok(PathAlias { before: pattern, after: None, targets }),
            }
        });
        aliases.collect::<Result<_>>().map(Self)
    }

    /// The paths that a specifier stands for, in the order to try them. The longest pattern that fits decides.
    pub fn targets(&self, specifier: &str) -> Vec<PathBuf> {
        let fitting = self.0.iter().filter_map(|alias| Some((alias, alias.matched(specifier)?)));
        let best = fitting.max_by_key(|(alias, _)| (alias.after.is_none(), alias.before.len()));
        best.map_or_else(Vec::new, |(alias, matched)| {
            alias.targets.iter().map(|target| PathBuf::from(target.replacen('*', matched, 1))).collect()
        })
    }
}

impl PathAlias {
    /// What the `*` stands for in a specifier.
    fn matched<'s>(&self, specifier: &'s str) -> Option<&'s str> {
        match &self.after {
            None => (specifier == self.before).then_some(""),
            Some(after) => specifier.strip_prefix(self.before.as_str())?.strip_suffix(after.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn aliases(paths: &Value) -> Result<PathAliases> {
        PathAliases::parse(paths.as_object().expect("an object").clone(), Path::new("/project"))
    }

    #[test]
    fn the_longest_pattern_that_fits_decides() {
        let paths =
            json!({"@/*": ["src/*", "gen/*"], "@/lib/*": ["lib/*.ts"], "@/lib/a": ["a.ts"], "*": ["any/*"]});
        let aliases = aliases(&paths).expect("paths");
        for (specifier, expected) in [
            ("@/x/y", &["/project/src/x/y", "/project/gen/x/y"][..]),
            ("@/lib/b", &["/project/lib/b.ts"]),
            ("@/lib/a", &["/project/a.ts"]),
            ("zod", &["/project/any/zod"]),
        ] {
            let expected: Vec<_> = expected.iter().map(PathBuf::from).collect();
            assert_eq!(aliases.targets(specifier), expected, "{specifier}");
        }
    }

    #[test]
    fn wrong_paths_are_told() {
        for (paths, message) in [
            (json!({"a*b*": ["x"]}), "\"a*b*\" has more than one *"),
            (json!({"a": "x"}), "\"a\" must be a list of paths"),
            (json!({"a": [1]}), "\"a\" must be a list of paths"),
            (json!({"a/*": ["*/*"]}), "\"a/*\" has a path with more than one *"),
        ] {
            let error = aliases(&paths).expect_err("is wrong").to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
