//! Files that a tool answered with, in each provider's words; where a provider has none, a line of text in their place.
//!
//! Sources: Anthropic, Messages API, `ToolResultBlockParam`; OpenAI, Responses API, `FunctionCallOutput.output`; Google,
//! `FunctionResponsePart`; Amazon, Converse API, `ToolResultContentBlock`; MCP 2025-11-25, "Tool Result"; AI SDK,
//! `LanguageModelV3ToolResultOutput`; each as of its SDK in November 2026.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::targets::Target;

/// A file in a tool's answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attachment {
    /// Its media type.
    pub media_type: String,
    /// Its name, where it has one.
    #[serde(default)]
    pub name: Option<String>,
    /// Its bytes, in base64.
    pub base64: String,
}

/// What images every model that sees takes.
const IMAGES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PDF: &str = "application/pdf";

impl Target {
    /// The answer to a call that came to a value and to files. What the provider has no form for is told in words.
    pub fn answer_with(self, sent: &ProviderCall, value: Value, files: &[Attachment]) -> Value {
        if files.is_empty() {
            return self.answer(sent, Ok(value));
        }
        let (mut parts, mut told) = (Vec::new(), Vec::new());
        for (number, file) in files.iter().enumerate() {
            match self.part(file, number + 1) {
                Some(part) => parts.push(part),
                None => told.push(file.told(number + 1)),
            }
        }
        let value = with_words(value, &told);
        if parts.is_empty() { self.answer(sent, Ok(value)) } else { self.joined(sent, value, &parts) }
    }

    /// A file as the provider takes it.
    fn part(self, file: &Attachment, number: usize) -> Option<Value> {
        let (media, data) = (file.essence(), &file.base64);
        let is_image = IMAGES.contains(&media);
        match self {
            Self::Anthropic if is_image || media == PDF => {
                let kind = if is_image { "image" } else { "document" };
                Some(json!({"type": kind, "source": {"type": "base64", "media_type": media, "data": data}}))
            }
            Self::OpenAi if is_image => Some(json!({"type": "input_image", "image_url": file.url()})),
            Self::OpenAi if media == PDF => {
                Some(json!({"type": "input_file", "filename": file.shown(number), "file_data": file.url()}))
            }
            // GIF is none of what Gemini lists for answers of functions.
            Self::Gemini | Self::GeminiOpenApi if (is_image && media != "image/gif") || media == PDF => {
                Some(json!({"inlineData": {"mimeType": media, "data": data}}))
            }
            Self::Bedrock if is_image => {
                let format = media.trim_start_matches("image/");
                Some(json!({"image": {"format": format, "source": {"bytes": data}}}))
            }
            // A neutral name: Amazon says that a model may take it for an instruction.
            Self::Bedrock if media == PDF => Some(
                json!({"document": {"format": "pdf", "name": format!("document {number}"), "source": {"bytes": data}}}),
            ),
            Self::Mcp if media.starts_with("image/") => {
                Some(json!({"type": "image", "data": data, "mimeType": media}))
            }
            Self::Mcp if media.starts_with("audio/") => {
                Some(json!({"type": "audio", "data": data, "mimeType": media}))
            }
            Self::Mcp => {
                let uri = format!("toolrack://result/{number}");
                Some(json!({"type": "resource", "resource": {"uri": uri, "mimeType": media, "blob": data}}))
            }
            Self::Plain => Some(json!({"mediaType": media, "name": file.shown(number), "data": data})),
            Self::AiSdk if media.starts_with("image/") => {
                Some(json!({"type": "image-data", "data": data, "mediaType": media}))
            }
            Self::AiSdk => Some(
                json!({"type": "file-data", "data": data, "mediaType": media, "filename": file.shown(number)}),
            ),
            _ => None,
        }
    }

    /// The provider's answer with these parts in it.
    fn joined(self, sent: &ProviderCall, value: Value, parts: &[Value]) -> Value {
        let text = (!value.is_null()).then(|| message_parts::text(&value));
        let before = |kind: &str| text.as_ref().map(|text| json!({"type": kind, "text": text}));
        let all = |first: Option<Value>| first.into_iter().chain(parts.iter().cloned()).collect::<Value>();
        let mut answer = self.answer(sent, Ok(value));
        match self {
            Self::Anthropic | Self::Mcp => answer["content"] = all(before("text")),
            Self::OpenAi => answer["output"] = all(before("input_text")),
            Self::Gemini | Self::GeminiOpenApi => answer["functionResponse"]["parts"] = all(None),
            Self::Bedrock => {
                let own = answer["toolResult"]["content"].take();
                let own = own.as_array().and_then(|own| own.first().cloned()).filter(|_| text.is_some());
                answer["toolResult"]["content"] = all(own);
            }
            Self::AiSdk => answer["output"] = json!({"type": "content", "value": all(before("text"))}),
            Self::Plain => answer["files"] = all(None),
            Self::OpenAiChat | Self::Mistral | Self::Cohere => {}
        }
        answer
    }
}

impl Attachment {
    fn essence(&self) -> &str {
        self.media_type.split(';').next().unwrap_or_default().trim()
    }

    fn url(&self) -> String {
        format!("data:{};base64,{}", self.essence(), self.base64)
    }

    fn shown(&self, number: usize) -> String {
        self.name.clone().unwrap_or_else(|| format!("file {number}"))
    }

    /// What is told where it cannot be shown.
    fn told(&self, number: usize) -> String {
        let padding = self.base64.bytes().rev().take_while(|byte| *byte == b'=').count();
        let bytes = self.base64.len() / 4 * 3 - padding.min(2);
        format!("[{}: {}, {bytes} bytes, which cannot be shown here]", self.shown(number), self.essence())
    }
}

/// A value with words behind it.
fn with_words(value: Value, told: &[String]) -> Value {
    if told.is_empty() {
        return value;
    }
    let words = told.join("\n");
    match value {
        Value::Null => Value::String(words),
        other => Value::String(format!("{}\n{words}", message_parts::text(&other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(media_type: &str, name: Option<&str>) -> Attachment {
        Attachment {
            media_type: media_type.to_owned(),
            name: name.map(ToOwned::to_owned),
            base64: "AAEC".to_owned(),
        }
    }

    fn sent() -> ProviderCall {
        ProviderCall { id: Some("1".to_owned()), wire_name: "t".to_owned(), arguments: json!({}) }
    }

    #[test]
    fn each_provider_gets_an_image_and_a_document_in_its_own_words() {
        let files = [file("image/png; q=1", None), file(PDF, Some("a.pdf"))];
        let url = |media: &str| format!("data:{media};base64,AAEC");
        let words = "{\"n\":1}\n[file 1: image/png, 3 bytes, which cannot be shown here]\n[a.pdf: application/pdf, 3 bytes, which cannot be shown here]";
        for target in Target::ALL {
            let answer = target.answer_with(&sent(), json!({"n": 1}), &files);
            let (shown, expected) = match target {
                Target::Anthropic => (
                    &answer["content"],
                    json!([{"type": "text", "text": "{\"n\":1}"},
                        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAEC"}},
                        {"type": "document", "source": {"type": "base64", "media_type": PDF, "data": "AAEC"}}]),
                ),
                Target::OpenAi => (
                    &answer["output"],
                    json!([{"type": "input_text", "text": "{\"n\":1}"},
                        {"type": "input_image", "image_url": url("image/png")},
                        {"type": "input_file", "filename": "a.pdf", "file_data": url(PDF)}]),
                ),
                Target::Gemini | Target::GeminiOpenApi => (
                    &answer["functionResponse"]["parts"],
                    json!([{"inlineData": {"mimeType": "image/png", "data": "AAEC"}},
                        {"inlineData": {"mimeType": PDF, "data": "AAEC"}}]),
                ),
                Target::Bedrock => (
                    &answer["toolResult"]["content"],
                    json!([{"json": {"n": 1}}, {"image": {"format": "png", "source": {"bytes": "AAEC"}}},
                        {"document": {"format": "pdf", "name": "document 2", "source": {"bytes": "AAEC"}}}]),
                ),
                Target::Mcp => (
                    &answer["content"],
                    json!([{"type": "text", "text": "{\"n\":1}"},
                        {"type": "image", "data": "AAEC", "mimeType": "image/png"},
                        {"type": "resource", "resource": {"uri": "toolrack://result/2", "mimeType": PDF, "blob": "AAEC"}}]),
                ),
                Target::AiSdk => (
                    &answer["output"],
                    json!({"type": "content", "value": [{"type": "text", "text": "{\"n\":1}"},
                        {"type": "image-data", "data": "AAEC", "mediaType": "image/png"},
                        {"type": "file-data", "data": "AAEC", "mediaType": PDF, "filename": "a.pdf"}]}),
                ),
                Target::Plain => (
                    &answer["files"],
                    json!([{"mediaType": "image/png", "name": "file 1", "data": "AAEC"},
                        {"mediaType": PDF, "name": "a.pdf", "data": "AAEC"}]),
                ),
                Target::OpenAiChat | Target::Mistral | Target::Cohere => (&answer["content"], json!(words)),
            };
            assert_eq!(shown, &expected, "{target:?}");
        }
    }

    #[test]
    fn what_no_model_takes_is_told_in_words() {
        for target in Target::ALL
            .into_iter()
            .filter(|target| !matches!(target, Target::Mcp | Target::AiSdk | Target::Plain))
        {
            let answer = target.answer_with(&sent(), Value::Null, &[file("application/zip", Some("a.zip"))]);
            assert!(
                answer.to_string().contains("[a.zip: application/zip, 3 bytes, which cannot be shown here]"),
                "{answer}"
            );
        }
    }

    #[test]
    fn a_file_alone_has_no_text_before_it() {
        let answer = Target::Anthropic.answer_with(&sent(), Value::Null, &[file("image/webp", None)]);
        assert_eq!(answer["content"].as_array().map(Vec::len), Some(1));
        let answer = Target::Bedrock.answer_with(&sent(), Value::Null, &[file("image/webp", None)]);
        assert_eq!(answer["toolResult"]["content"].as_array().map(Vec::len), Some(1));
    }
}
