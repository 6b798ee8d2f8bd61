//! Form encoding: the Encoding Objects of OpenAPI 3, as the serialization of each field.

use super::media_type::{MediaKind, MediaType};
use super::parameter_in::ParameterIn;
use super::parameter_style::ParameterStyle;
use super::value_serialization::{FormField, ValueSerialization};
use crate::json::Node;
use crate::schema::{Dialect, LocatedNode};

/// Reads a map of Encoding Objects: the serialization of each field. Source: OpenAPI 3.1.1 and 3.2.0, "Encoding Object":
/// any of `style`, `explode` and `allowReserved` overrides `contentType`. In 3.0 they do not apply to multipart, but where
/// they stand alone, publishers mean them (Stripe).
pub fn read_form_encoding(
    encoding: Option<&LocatedNode<'_>>,
    kind: MediaKind,
    dialect: Dialect,
) -> Vec<FormField> {
    let overrules = kind == MediaKind::Form || dialect != Dialect::OpenApi30;
    let field = |(name, node): (&str, Node<'_>)| {
        // Several are a choice (`image/png, image/jpeg`), and the first is as good as any. `*/*` says nothing.
        let first = node.text("contentType").and_then(|types| types.split(',').next()).map(str::trim);
        let media =
            first.filter(|first| !["", "*", "*/*", "application/*"].contains(first)).map(MediaType::parse);
        let has_style = ["style", "explode", "allowReserved"].iter().any(|key| node.get(key).is_some());
        if !has_style || (media.is_some() && !overrules) {
            let wire = ValueSerialization {
                media_type: media,
                ..ValueSerialization::plain(ParameterStyle::Content, false)
            };
            return FormField { wire, ..FormField::by_value(name) };
        }
        let style =
            node.text("style").and_then(ParameterStyle::parse).filter(|style| style.fits(ParameterIn::Query));
        let style = style.unwrap_or(ParameterStyle::Form);
        let explode = node.get("explode").and_then(Node::as_bool).unwrap_or(style == ParameterStyle::Form);
        let wire = ValueSerialization {
            allow_reserved: node.flag("allowReserved"),
            ..ValueSerialization::plain(style, explode)
        };
        FormField { wire, ..FormField::by_value(name) }
    };
    match kind {
        MediaKind::Form | MediaKind::Multipart => {
            encoding.iter().flat_map(|located| located.node.entries()).map(field).collect()
        }
        _ => Vec::new(),
    }
}
