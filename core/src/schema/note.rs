//! Conversion notes: the kinds of changes that a load report lists.

use std::sync::Arc;

use serde::Serialize;

/// How a change affects the set of accepted values. A note and a rewriting compare with the document, a difference with
/// the former schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Effect {
    /// The same values are accepted.
    Same,
    /// More values are accepted.
    Wider,
    /// Fewer values are accepted.
    Narrower,
    /// In a note or a rewriting: values are written in another form. In a difference of two schemas: an accepted value has
    /// another meaning, which is breaking.
    Shift,
}

/// Kind of a note: its code and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NoteKind {
    /// Stable code for programs.
    pub code: &'static str,
    /// Effect on the accepted values.
    pub effect: Effect,
}

impl NoteKind {
    /// Returns true if the note means that calls cannot be sent.
    pub fn stops_calls(self) -> bool {
        [kind::AUTH_NOT_CONFIGURED, kind::NO_SERVER].contains(&self)
    }
}

/// All note kinds, in one table.
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
        /// An argument has a suffix, because another parameter has the same name.
        ARG_SUFFIXED Shift;
        /// A security scheme has no credential; calls of its tools fail with `AUTH_FAILED`.
        AUTH_NOT_CONFIGURED Narrower;
        /// A credential is configured for a scheme that the document does not declare.
        AUTH_UNUSED Same;
        /// A `requestBody` stands among the parameters, as in Swagger 2.0. It is read as the body.
        BODY_IN_PARAMETERS Same;
        /// The media type of a body is invalid. The body is sent as the likely type, or as JSON.
        BODY_MEDIA_TYPE_REPLACED Shift;
        /// Another media type of the body has its own schema. The body is sent with the chosen one.
        BODY_MEDIA_TYPE_UNUSED Narrower;
        /// A body without a media type cannot be sent.
        BODY_WITHOUT_MEDIA_TYPE Narrower;
        /// The body is one argument, because its properties collide with the parameters.
        BODY_WHOLE Same;
        /// A body that is not JSON is one string.
        BODY_AS_TEXT Shift;
        /// An argument has the name of a key of the caller's context.
        CONTEXT_KEY_IS_ARGUMENT Same;
        /// A default that its own schema refuses is removed.
        DEFAULT_DROPPED Same;
        /// A key occurs twice in an object. The last value is used.
        DUPLICATE_KEY Shift;
        /// A value under `x-toolrack` is invalid, or a document may not set it.
        EXTENSION_IGNORED Same;
        /// A long example is removed.
        EXAMPLE_DROPPED Same;
        /// A text, name or value has hidden Unicode characters. By default the model does not receive them.
        HIDDEN_UNICODE Shift;
        /// A keyword with an invalid value is removed.
        KEYWORD_DROPPED Wider;
        /// The document has only definitions or webhooks, and gives no tools.
        NO_PATHS Same;
        /// Neither the document nor the caller names a server. Calls need the option `baseUrl`.
        NO_SERVER Narrower;
        /// A number beyond 64 bits is rounded, or removed if it is infinite.
        NUMBER_ROUNDED Shift;
        /// Bytes are passed as base64.
        OAS_BINARY Shift;
        /// The discriminator property of a union names its branch; in a request it is required.
        OAS_DISCRIMINATOR_APPLIED Narrower;
        /// A header that the HTTP client sets is removed.
        OAS_HEADER_IGNORED Narrower;
        /// `nullable` is honoured in a dialect without this keyword.
        OAS31_NULLABLE Wider;
        /// Null is accepted although the enum does not list it.
        OAS_NULLABLE_ENUM Wider;
        /// Null is accepted beside a union or a reference.
        OAS_NULLABLE_NO_TYPE Wider;
        /// A read-only property is removed from the request.
        OAS_READONLY_REMOVED Same;
        /// A write-only property is removed from the response.
        OAS_WRITEONLY_REMOVED Same;
        /// A webhook is sent by the API and gives no tool.
        OAS_WEBHOOK_SKIPPED Same;
        /// `x-nullable`, a vendor extension, is honoured.
        OAS_X_NULLABLE Wider;
        /// A success response of an operation gives no output schema: over its bound, or not of JSON in every case.
        OUTPUT_SCHEMA_DROPPED Same;
        /// An output schema over its bound is without descriptions and examples.
        OUTPUT_SCHEMA_SHORTENED Same;
        /// The output schema of a tool is not checked against its results.
        OUTPUT_SCHEMA_UNUSED Same;
        /// An overlay action changes nothing in the document.
        OVERLAY_UNUSED Same;
        /// An override matches no operation or parameter.
        OVERRIDE_UNUSED Same;
        /// The caller or the document fixes the value of a parameter. The model does not see it.
        PARAMETER_FIXED Narrower;
        /// The caller or the document omits a parameter. The model does not see it.
        PARAMETER_HIDDEN Narrower;
        /// A parameter is declared twice. The first declaration is used.
        PARAMETER_TWICE Same;
        /// A parameter without a name or location, or one that conflicts with another, is removed.
        PARAMETER_UNUSABLE Narrower;
        /// A path fragment is never sent and is removed.
        PATH_FRAGMENT_DROPPED Same;
        /// A path parameter has no placeholder in the path.
        PATH_PARAMETER_DROPPED Narrower;
        /// A path without a leading `/` gets one.
        PATH_SLASH_ADDED Shift;
        /// A path with several leading `/` keeps one.
        PATH_SLASHES_DROPPED Shift;
        /// A pattern that is not an ECMA-262 regular expression is removed.
        PATTERN_DROPPED Wider;
        /// A path placeholder has no declared parameter. It accepts any string.
        PATH_VARIABLE_UNDECLARED Wider;
        /// A reference cannot be resolved. Any value is accepted there.
        REF_OPENED Wider;
        /// Keywords beside the reference of an operation are ignored.
        REF_SIBLINGS_DROPPED Narrower;
        /// The server URL has a variable without a value.
        SERVER_UNUSABLE Narrower;
        /// A value that is no schema is replaced by one that accepts anything.
        SCHEMA_REPLACED Wider;
        /// A selection of `include` or `exclude` matches no operation.
        SELECTION_UNUSED Same;
        /// A style that the parameter location does not allow is replaced by the default.
        STYLE_REPLACED Shift;
        /// Items are separated by tabs, for which OpenAPI 3 has no style.
        SWAGGER_TSV_NO_OAS3_STYLE Same;
        /// A definition exceeds the token budget.
        TOKENS_OVER_BUDGET Same;
        /// An argument of a `toolSpec` has no type. It is a string.
        TYPE_FILLED_IN Narrower;
    }
}

/// One line of the load report: a part of the document that the tool does not express in the same way. A
/// change of spelling that keeps the meaning (`nullable`, boolean bounds) gives no note. Cloning is cheap:
/// each tool that reaches a definition gets its notes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Kind of change.
    #[serde(flatten)]
    pub kind: NoteKind,
    /// JSON pointer into the document, after the file name if it is not the first document.
    pub pointer: Arc<str>,
    /// Message for people.
    pub message: Arc<str>,
}

impl Note {
    /// Creates a note.
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
