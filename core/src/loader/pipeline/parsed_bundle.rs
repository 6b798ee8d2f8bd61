//! The parse step: the document of a bundle with all that its references lead to.

use std::borrow::Cow;

use url::Url;

use crate::convert::ConversionInput;
use crate::error::Result;
use crate::json::Arena;
use crate::loader::options::LoadOptions;
use crate::retrieve::{Bundle, ParsedBundle};
use crate::spec::Document;
use crate::unicode::{HiddenUnicode, may_contain_hidden};

/// The outcome of the parse step.
pub enum ParseOutcome<'a> {
    Document(ConversionInput<'a>),
    /// References that have to be read first.
    MissingReferences(Vec<Url>),
}

/// Parses the texts of a bundle.
pub fn parse_bundle<'a>(
    bundle: &Bundle,
    texts: &'a [Cow<'a, str>],
    arena: &'a Arena,
    options: &LoadOptions,
) -> Result<ParseOutcome<'a>> {
    let ParsedBundle { mut library, wanted, notes } = bundle.parse(texts, arena, &options.limits)?;
    if !wanted.is_empty() {
        return Ok(ParseOutcome::MissingReferences(wanted));
    }
    let default = if bundle.is_from_network() { HiddenUnicode::Strip } else { HiddenUnicode::Flag };
    // Most documents have no hidden Unicode: one scan of their bytes saves the work per text.
    if texts.iter().any(|text| may_contain_hidden(text)) {
        library.set_hidden_unicode(options.hidden_unicode.unwrap_or(default));
    }
    let document = Document::new(library)?;
    let bytes = texts.iter().map(|text| text.len()).sum();
    Ok(ParseOutcome::Document(ConversionInput { document, notes, bytes }))
}
