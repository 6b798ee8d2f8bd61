//! What a conversion had to change.

use std::sync::Arc;

use serde::Serialize;

/// What a change does to the set of values that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Effect {
    /// The same values are taken; something is said in another place or not at all.
    Same,
    /// More values are taken than the document says.
    Wider,
    /// Fewer values are taken than the document says.
    Narrower,
    /// Values are written in another way than the document says.
    Shift,
}

/// What kind of change a note tells of: its code for programs, and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NoteKind {
    /// What programs branch on.
    pub code: &'static str,
    /// What the change does.
    pub effect: Effect,
}

impl NoteKind {
    /// Whether it says that calls cannot be sent, and not how a document is read.
    pub fn stops_calls(self) -> bool {
        [kind::AUTH_NOT_CONFIGURED, kind::NO_SERVER].contains(&self)
    }
}

/// Every kind of change there is, in one table.
pub mod kind {
    use super::{Effect, NoteKind};

    macro_rules! kinds {
        ($($(#[$doc:meta])+ $name:ident $effect:ident;)+) => {
            $($(#[$doc])+ pub const $name: NoteKind = NoteKind { code: stringify!($name), effect: Effect::$effect };)+
            /// All kinds, in the order of the table.
            pub const ALL: &[NoteKind] = &[$($name),+];
        };
    }

    kinds! {
        /// An argument has another name than the parameter, because another one bears that name.
        ARG_SUFFIXED Shift;
        /// A security scheme has no credential: calls of these tools are `AUTH_FAILED`.
        AUTH_NOT_CONFIGURED Narrower;
        /// The caller has credentials for a scheme that the document does not declare.
        AUTH_UNUSED Same;
        /// What OpenAPI 3 has under `requestBody` stands among the parameters, as in Swagger 2.0; it is taken as meant.
        BODY_IN_PARAMETERS Same;
        /// What should be the media type of a body is none; the body is sent as what it means, or as JSON.
        BODY_MEDIA_TYPE_REPLACED Shift;
        /// Another media type of the body has a schema of its own; the body is sent as the one that was chosen.
        BODY_MEDIA_TYPE_UNUSED Narrower;
        /// A body of no media type cannot be sent.
        BODY_WITHOUT_MEDIA_TYPE Narrower;
        /// The body is one argument, because its parts cannot stand beside the parameters.
        BODY_WHOLE Same;
        /// A body that is no JSON is one text.
        BODY_AS_TEXT Shift;
        /// An argument is named as a key of the caller's context.
        CONTEXT_KEY_IS_ARGUMENT Same;
        /// A default that its own schema refuses is left out.
        DEFAULT_DROPPED Same;
        /// A key stood twice in a map; the last value counts.
        DUPLICATE_KEY Shift;
        /// What `x-toolrack` says in a document cannot be meant, or is not the document's to say.
        EXTENSION_IGNORED Same;
        /// A long example is left out.
        EXAMPLE_DROPPED Same;
        /// What the caller wants to be included or excluded is no operation of the document.
        FILTER_UNUSED Same;
        /// A text, a name or a value has hidden characters. A model does not see them, unless the caller wants it to.
        HIDDEN_UNICODE Shift;
        /// A keyword that cannot hold what it holds is left out.
        KEYWORD_DROPPED Wider;
        /// The document has definitions or webhooks alone: it makes no tools.
        NO_PATHS Same;
        /// Neither the document nor the caller says where the API is: calls need the option `baseUrl`.
        NO_SERVER Narrower;
        /// A number beyond 64 bits became the nearest that they hold, or was left out where that is infinite.
        NUMBER_ROUNDED Shift;
        /// Bytes are given as base64.
        OAS_BINARY Shift;
        /// The tag of a union is required and names its branch.
        OAS_DISCRIMINATOR_APPLIED Narrower;
        /// A header is the client's to set, not the model's.
        OAS_HEADER_IGNORED Narrower;
        /// `nullable` in a dialect that has no such keyword is taken as meant.
        OAS31_NULLABLE Wider;
        /// Null is taken though the enum does not list it.
        OAS_NULLABLE_ENUM Wider;
        /// Null is taken beside a union or a reference.
        OAS_NULLABLE_NO_TYPE Wider;
        /// A property that is only read is not sent.
        OAS_READONLY_REMOVED Same;
        /// A property that is only written does not come back.
        OAS_WRITEONLY_REMOVED Same;
        /// A webhook is a request that the API sends: no tool.
        OAS_WEBHOOK_SKIPPED Same;
        /// `x-nullable`, a word of some publishers, is taken as meant.
        OAS_X_NULLABLE Wider;
        /// An action of an overlay changes nothing in the document.
        OVERLAY_UNUSED Same;
        /// What the caller says of an operation or a parameter fits none in the document.
        OVERRIDE_UNUSED Same;
        /// The caller or the document gave a parameter a fixed value; the model does not see it.
        PARAMETER_FIXED Narrower;
        /// The caller or the document leaves a parameter out; the model does not see it.
        PARAMETER_HIDDEN Narrower;
        /// A parameter is declared twice; the first counts.
        PARAMETER_TWICE Same;
        /// A parameter without a name or a place, or one that cannot stand beside another one, is left out.
        PARAMETER_UNUSABLE Narrower;
        /// A fragment of a path is never sent and is left out.
        PATH_FRAGMENT_DROPPED Same;
        /// A path parameter has no place in the path.
        PATH_PARAMETER_DROPPED Narrower;
        /// A path that does not begin with `/` gets one.
        PATH_SLASH_ADDED Shift;
        /// A path that begins with several `/` begins with one.
        PATH_SLASHES_DROPPED Shift;
        /// A pattern that is no regular expression is left out.
        PATTERN_DROPPED Wider;
        /// No parameter declares a variable of the path; it takes any text.
        PATH_VARIABLE_UNDECLARED Wider;
        /// A reference leads nowhere; anything is taken in its place.
        REF_OPENED Wider;
        /// What stands beside the reference of an operation is left out: the operation that it leads to counts.
        REF_SIBLINGS_DROPPED Narrower;
        /// The document's server has a variable without a value.
        SERVER_UNUSABLE Narrower;
        /// Something that is no schema is taken for one that takes anything.
        SCHEMA_REPLACED Wider;
        /// A style that a parameter cannot have there is the default one.
        STYLE_REPLACED Shift;
        /// ObjectBuilder are parted by tabs, for which OpenAPI 3 has no style.
        SWAGGER_TSV_NO_OAS3_STYLE Same;
        /// A definition costs a model more than the caller's budget.
        TOKENS_OVER_BUDGET Same;
    }
}

/// One change that a reader of the load report should know of: something of the document that the tool does not say
/// in the same way. Changes of spelling that keep the meaning (`nullable`, boolean bounds) make no note. Cheap to copy:
/// the notes of a definition go to every tool that reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What kind of change.
    #[serde(flatten)]
    pub kind: NoteKind,
    /// Where in the document: a JSON pointer, behind the name of the file where it is another one.
    pub pointer: Arc<str>,
    /// What was changed, for people.
    pub message: Arc<str>,
}

impl Note {
    /// A note.
    pub fn new(kind: NoteKind, pointer: impl Into<Arc<str>>, message: impl Into<Arc<str>>) -> Self {
        Self { kind, pointer: pointer.into(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_a_note_shows_its_effect() {
        let codes: std::collections::HashSet<_> = kind::ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), kind::ALL.len());
        let note = Note::new(kind::OAS_BINARY, "/a", "as base64");
        assert_eq!(
            serde_json::json!(note),
            serde_json::json!({"code": "OAS_BINARY", "effect": "SHIFT", "pointer": "/a", "message": "as base64"})
        );
    }
}
