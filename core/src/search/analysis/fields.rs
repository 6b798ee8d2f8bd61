//! Fields: the parts of a tool's text, and what a word in each of them counts (BM25F).

use super::schema_words::{SchemaWord, for_each_schema_word};
use crate::search::index::{IN_NAME, IN_TITLE};
use crate::search::tool_text::ToolText;
use crate::search::words::plain_text;

/// The most words of a description that are read.
const MOST_OF_DESCRIPTION: usize = 6_000;

/// What fields count, as shares of their own weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldWeights([f32; Field::ALL.len()]);

impl Default for FieldWeights {
    fn default() -> Self {
        Self([1.0; Field::ALL.len()])
    }
}

impl FieldWeights {
    /// Sets what a field counts: 0 leaves it out.
    pub const fn set(&mut self, field: Field, share: f32) {
        self.0[field as usize] = share;
    }

    pub(in crate::search) const fn get(&self, field: Field) -> f32 {
        self.0[field as usize]
    }
}

/// A part of a tool's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The first sentence of the description, and the title.
    Summary,
    /// The last segment of the path that is no parameter.
    PathHead,
    /// The source and the namespace.
    Source,
    /// The name and the `operationId`.
    Name,
    /// Other names that the definition gives.
    Aliases,
    /// The other segments of the path.
    Path,
    /// Category and tags.
    Tags,
    /// The rest of the description.
    Description,
    /// Names of parameters.
    Parameters,
    /// Descriptions of parameters.
    ParameterTexts,
    /// Values of parameters (`enum`).
    Values,
}

/// How a field counts.
pub(in crate::search) struct FieldRule {
    /// What one word in a field of the usual length counts.
    pub weight: f32,
    /// The usual number of words. It is a constant: the impact of a word depends on its own tool alone, so that an index made
    /// of changes equals one that is made at once.
    pub usual_length: f32,
    /// How much the length of the field counts, from 0 to 1 (`b` of BM25F).
    pub length_share: f32,
    /// Whether its words are parts of identifiers: neighbours are joined, and initials are words.
    pub is_identifier: bool,
    /// The bits of a posting that say where a word is. One of the source is in the name and in the title of all its tools.
    pub places: u8,
    /// The most words that are read.
    pub most_words: usize,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 11] = [
        Self::Summary,
        Self::PathHead,
        Self::Source,
        Self::Name,
        Self::Aliases,
        Self::Path,
        Self::Tags,
        Self::Description,
        Self::Parameters,
        Self::ParameterTexts,
        Self::Values,
    ];

    /// The name that options and explanations give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::PathHead => "pathHead",
            Self::Source => "source",
            Self::Name => "name",
            Self::Aliases => "aliases",
            Self::Path => "path",
            Self::Tags => "tags",
            Self::Description => "description",
            Self::Parameters => "parameters",
            Self::ParameterTexts => "parameterDescriptions",
            Self::Values => "values",
        }
    }

    /// How this field counts.
    pub(in crate::search) const fn rule(self) -> FieldRule {
        let (weight, usual_length, length_share) = match self {
            Self::Summary => (4.0, 7.0, 0.4),
            Self::PathHead => (3.5, 1.5, 0.3),
            Self::Source => (3.0, 2.0, 0.0),
            Self::Name | Self::Aliases => (3.0, 5.0, 0.4),
            Self::Path => (2.0, 4.0, 0.4),
            Self::Tags => (1.5, 2.0, 0.4),
            Self::Description => (1.25, 50.0, 0.5),
            Self::Parameters => (0.9, 10.0, 0.6),
            Self::ParameterTexts => (0.4, 80.0, 0.6),
            Self::Values => (0.4, 10.0, 0.6),
        };
        let most_words = match self {
            Self::Description | Self::ParameterTexts => 500,
            Self::Values => 60,
            _ => 200,
        };
        FieldRule {
            weight,
            usual_length,
            length_share,
            is_identifier: matches!(
                self,
                Self::PathHead | Self::Name | Self::Path | Self::Tags | Self::Parameters | Self::Aliases
            ),
            places: match self {
                Self::PathHead | Self::Name | Self::Path => IN_NAME,
                Self::Summary => IN_TITLE,
                Self::Source => IN_NAME | IN_TITLE,
                _ => 0,
            },
            most_words,
        }
    }
}

/// Calls `take` with each text of a tool and the field that it is of, field by field.
pub(in crate::search) fn for_each_field(tool: &ToolText<'_>, mut take: impl FnMut(Field, &str)) {
    let (first, rest) = split_description(tool.description);
    take(Field::Summary, &plain_text(first));
    take(Field::Summary, tool.title.unwrap_or_default());
    take(Field::Source, tool.source);
    take(Field::Source, tool.namespace.filter(|namespace| *namespace != tool.source).unwrap_or_default());
    take(Field::Name, own_name(tool));
    if let Some(operation) = tool.operation {
        if let Some(id) = operation.id {
            take(Field::Name, id);
        }
        let (head, others) = split_path(operation.path);
        take(Field::PathHead, head);
        for segment in others {
            take(Field::Path, segment);
        }
    }
    tool.aliases.iter().for_each(|alias| take(Field::Aliases, alias));
    take(Field::Tags, tool.category.unwrap_or_default());
    tool.tags.iter().filter(|tag| Some(tag.as_str()) != tool.category).for_each(|tag| take(Field::Tags, tag));
    take(Field::Description, &plain_text(rest));
    for_each_schema_word(&tool.parameters, |word| match word {
        SchemaWord::Name(name) => take(Field::Parameters, name),
        SchemaWord::Description(text) => take(Field::ParameterTexts, text),
        SchemaWord::Value(value) => take(Field::Values, value),
    });
}

/// The name without its namespace; nothing where it is made of the `operationId`, which is read as it was written.
fn own_name<'t>(tool: &ToolText<'t>) -> &'t str {
    let own = tool.namespace.and_then(|namespace| tool.name.strip_prefix(namespace)).unwrap_or(tool.name);
    let is_same = |id: &str| {
        let letters =
            |text| str::chars(text).filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase);
        letters(id).eq(letters(own))
    };
    if tool.operation.and_then(|operation| operation.id).is_some_and(is_same) { "" } else { own }
}

/// The first sentence or line of a description, and the rest of what is read of it.
fn split_description(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let text = &text[..text.floor_char_boundary(MOST_OF_DESCRIPTION)];
    let line = text.find('\n').unwrap_or(text.len());
    let sentence = text.find(". ").map_or(text.len(), |at| at + 1);
    text.split_at(line.min(sentence))
}

/// The last literal segment of a path, and the other literal ones.
fn split_path(path: &str) -> (&str, Vec<&str>) {
    let is_literal = |segment: &&str| !segment.is_empty() && !segment.starts_with('{');
    let mut segments: Vec<_> = path.split(['/', '#']).filter(is_literal).collect();
    (segments.pop().unwrap_or_default(), segments)
}
