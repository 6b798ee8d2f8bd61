//! Source of a document: a path, a URL, or the text itself. A text is shared bytes, so that 13 MB are not copied.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

pub use bytes::Bytes;
use url::Url;

use crate::error::{Error, Result, excerpt};

/// The longest path that systems take, and the longest URL, in bytes.
const LONGEST_PATH: usize = 4096;
const LONGEST_ADDRESS: usize = 64 * 1024;

/// The source of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpecSource {
    /// A file.
    Path(PathBuf),
    /// An http or https URL.
    Url(Url),
    /// The text itself.
    Text(Bytes),
    /// No document: a program gives the tools. The text says where it has them: a file, a package, an object.
    Program(Arc<str>),
}

impl SpecSource {
    /// Parses a source as a user writes it: an http, https or file URL; the text of a document, which has a line break or
    /// starts with `{`; else a path.
    ///
    /// # Errors
    /// `SOURCE_UNREADABLE`.
    pub fn from_text(text: &str) -> Result<Self> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let fault = |reason: String| Error::SourceUnreadable {
            location: excerpt_of_source(text),
            reason,
            status: None,
        };
        if text.trim().is_empty() {
            return Err(fault("the source is empty".to_owned()));
        }
        if text.contains('\n') || text.trim_start().starts_with('{') {
            return Ok(Self::Text(Bytes::copy_from_slice(text.as_bytes())));
        }
        match scheme.as_deref() {
            Some("http" | "https") if text.len() > LONGEST_ADDRESS => {
                Err(fault(format!("an address of {} bytes is longer than any", text.len())))
            }
            Some("http" | "https") => {
                Url::parse(text).map(Self::Url).map_err(|error| fault(error.to_string()))
            }
            Some("file") if text.contains("%00") => Err(fault("a path has no NUL character".to_owned())),
            Some("file") => Url::parse(text)
                .ok()
                .and_then(|url| url.to_file_path().ok())
                .map(Self::Path)
                .ok_or_else(|| fault("is no path of this machine".to_owned())),
            Some(other) if other.chars().all(|c| c.is_ascii_alphanumeric()) => {
                Err(fault(format!("scheme \"{}\" is none of http, https, file", excerpt(other))))
            }
            _ if text.len() > LONGEST_PATH => Err(fault(format!(
                "{} bytes are no path; the text of a document has a line break or begins with {{",
                text.len()
            ))),
            _ if text.contains('\0') => Err(fault("a path has no NUL character".to_owned())),
            _ => Ok(Self::Path(PathBuf::from(text))),
        }
    }

    /// The location that messages show: never the document itself, nor a password in a URL.
    pub fn display_location(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Url(url) => {
                let mut without_credentials = url.clone();
                let _ = without_credentials.set_username("");
                let _ = without_credentials.set_password(None);
                without_credentials.into()
            }
            Self::Text(bytes) => format!("a document of {} bytes", bytes.len()),
            Self::Program(place) => place.to_string(),
        }
    }

    /// The file name without extension: `petstore` of `specs/petstore.yaml`. A text has none.
    pub fn stem(&self) -> Option<String> {
        let path = match self {
            Self::Path(path) => path.clone(),
            Self::Url(url) => PathBuf::from(url.path()),
            Self::Text(_) | Self::Program(_) => return None,
        };
        Path::new(path.file_name()?).file_stem()?.to_str().map(ToOwned::to_owned)
    }

    /// The base URL of references in the document. A text has none.
    pub fn address(&self) -> Option<Url> {
        match self {
            Self::Path(path) => Url::from_file_path(absolute(path)?).ok(),
            Self::Url(url) => Some(url.clone()),
            Self::Text(_) | Self::Program(_) => None,
        }
    }

    /// The folder of a file.
    pub fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Path(path) => absolute(path)?.parent().map(Path::to_owned),
            Self::Url(_) | Self::Text(_) | Self::Program(_) => None,
        }
    }

    /// The URL of a document on a server.
    pub const fn url(&self) -> Option<&Url> {
        match self {
            Self::Url(url) => Some(url),
            Self::Path(_) | Self::Text(_) | Self::Program(_) => None,
        }
    }

    /// Whether it is the text of a document, which has no location.
    pub const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// Whether two sources have the same location. Two texts never do.
    pub fn is_same_location(&self, other: &Self) -> bool {
        !matches!(self, Self::Text(_)) && self == other
    }
}

/// The absolute path. A component before `..` may be a symlink, so such a path is resolved by the system; other symlinks
/// stay, because a document may be linked into the folder of those that it refers to.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    if !path.components().any(|part| part == Component::ParentDir) {
        return Some(path);
    }
    Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
}

/// The beginning of a source, for messages.
fn excerpt_of_source(text: &str) -> String {
    excerpt(text).escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn a_source_is_told_by_its_looks() {
        let kind = |text: &str| match SpecSource::from_text(text) {
            Ok(SpecSource::Path(_)) => "path",
            Ok(SpecSource::Url(_)) => "url",
            Ok(SpecSource::Text(_)) => "text",
            Ok(SpecSource::Program(_)) => "program",
            Err(_) => "error",
        };
        for (text, expected) in [
            ("./specs/crm.yaml", "path"),
            ("C:\\specs\\crm.yaml", "path"),
            ("https://api.example.com/openapi.yaml", "url"),
            ("HTTP://localhost:1/x", "url"),
            ("file:///tmp/crm.yaml", "path"),
            ("ftp://example.com/crm.yaml", "error"),
            ("http://", "error"),
            ("openapi: 3.0.0\npaths: {}", "text"),
            ("{\"openapi\": \"3.0.0\"}", "text"),
            ("  ", "error"),
            ("a\0b", "error"),
            (&"x".repeat(LONGEST_PATH), "path"),
            (&"x".repeat(LONGEST_PATH + 1), "error"),
            (&format!("https://{}", "x".repeat(LONGEST_ADDRESS)), "error"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_document_is_told_in_a_line() {
        for text in [
            "x".repeat(5_000_000),
            format!("{}://x", "x".repeat(5_000_000)),
            format!("https://{}", "x".repeat(5_000_000)),
            format!("file://{}", "x".repeat(5_000_000)),
            "\0".repeat(5_000_000),
        ] {
            let error = SpecSource::from_text(&text).expect_err("is no source");
            assert_eq!(error.code(), ErrorCode::SourceUnreadable);
            let told = [error.to_string(), error.details().to_string()];
            assert!(told.iter().all(|told| told.len() < 1_000), "{}", &told[0][..1_000]);
        }
    }

    #[test]
    fn a_location_shows_no_password_and_gives_a_name() {
        let source =
            SpecSource::from_text("https://me:secret@example.com/v1/pets.v3.json?x=1").expect("a URL");
        assert_eq!(source.display_location(), "https://example.com/v1/pets.v3.json?x=1");
        assert_eq!(source.stem().as_deref(), Some("pets.v3"));
    }
}
