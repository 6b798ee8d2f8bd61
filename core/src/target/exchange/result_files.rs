//! Files in tool results: each in the provider's form, or a line of text where the provider has none.
//!
//! Sources, as of November 2026: Anthropic, Messages API, `ToolResultBlockParam`; OpenAI, Responses API,
//! `FunctionCallOutput.output`; Google, `FunctionResponsePart`; Amazon, Converse API, `ToolResultContentBlock`; MCP
//! 2025-11-25, "Tool Result"; AI SDK, `LanguageModelV3ToolResultOutput`.

use serde_json::Value;

use crate::target::exchange::attached_file::Attachment;
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::provider::message_parts;
use crate::target::targets::Target;

impl Target {
    /// Writes the result of a call with its files. A file that the provider has no form for becomes a line of text.
    pub fn answer_with(self, call: &ProviderCall, value: Value, files: &[Attachment]) -> Value {
        let provider = self.provider();
        let (mut written, mut placeholders) = (Vec::new(), Vec::new());
        for (number, file) in (1..).zip(files) {
            match provider.write_file(file, number) {
                Some(part) => written.push(part),
                None => placeholders.push(file.placeholder(number)),
            }
        }
        let value = with_words(value, &placeholders);
        if written.is_empty() {
            return provider.write_result(call, Ok(value));
        }
        let text = (!value.is_null()).then(|| message_parts::text(&value));
        provider.attach_files(provider.write_result(call, Ok(value)), text, written)
    }
}

impl Target {
    /// Whether the message of a result has it as data beside the text.
    pub fn has_structured_content(self) -> bool {
        self.provider().has_structured_content()
    }

    /// Sets the data in the message of a result; `None` for a message without it.
    pub fn with_structured_content(self, message: Value, data: Option<Value>) -> Value {
        self.provider().with_structured_content(message, data)
    }
}

/// Appends lines of text to a value.
fn with_words(value: Value, lines: &[String]) -> Value {
    if lines.is_empty() {
        return value;
    }
    let words = lines.join("\n");
    match value {
        Value::Null => Value::String(words),
        other => Value::String(format!("{}\n{words}", message_parts::text(&other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::exchange::attached_file::PDF;
    use serde_json::json;

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
            let (content, expected) = match target {
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
            assert_eq!(content, &expected, "{target:?}");
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
