//! Attached file: a file in a tool's result, before it takes a provider's form.

use serde::Deserialize;

/// A file in a tool's result.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attachment {
    /// Its media type, parameters included.
    pub media_type: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its bytes, in base64.
    pub base64: String,
}

/// The media type that providers take as a document.
pub const PDF: &str = "application/pdf";

/// Whether every model with vision takes images of this media type.
pub fn is_model_image(media_type: &str) -> bool {
    ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&media_type)
}

impl Attachment {
    /// The media type without parameters.
    pub fn essence(&self) -> &str {
        self.media_type.split(';').next().unwrap_or_default().trim()
    }

    /// The file as a `data:` URL.
    pub fn data_url(&self) -> String {
        format!("data:{};base64,{}", self.essence(), self.base64)
    }

    /// The name, or a numbered label without one.
    pub fn label(&self, number: usize) -> String {
        self.name.clone().unwrap_or_else(|| format!("file {number}"))
    }

    /// A line of text in place of a file that the provider does not take.
    pub fn placeholder(&self, number: usize) -> String {
        let padding = self.base64.bytes().rev().take_while(|byte| *byte == b'=').count();
        let bytes = self.base64.len() / 4 * 3 - padding.min(2);
        format!("[{}: {}, {bytes} bytes, which cannot be shown here]", self.label(number), self.essence())
    }
}
