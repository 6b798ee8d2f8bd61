//! Tags and comments of HTML within a text.

/// The longest tag, in bytes. A `<` without an end nearby is a sign of comparison.
const LONGEST_TAG: usize = 500;

/// Elements within a line: their tags part no words.
const INLINE: &str = "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike \
    strong sub sup tt u var";
/// Elements that begin a line.
const BLOCK: &str = "blockquote br caption center col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr \
    iframe img li ol p pre script style table tbody td tfoot th thead tr ul";
/// Elements whose names stand for values too, as in `<source>:<label>`.
const AMBIGUOUS: &str = "address article aside audio body button data footer form head header html input label link main \
    meta nav object option section select source summary svg textarea time title video";

/// A tag, comment or declaration that a text begins with.
pub(super) struct HtmlTag {
    /// Its length in bytes, with what no reader sees of the element.
    pub length: usize,
    /// Whether words before and after it are parted.
    pub parts_words: bool,
}

/// The tag that a text begins with.
pub(super) fn html_tag(text: &str) -> Option<HtmlTag> {
    if let Some(comment) = text.strip_prefix("<!--") {
        // A comment without an end hides the rest, as in HTML.
        let length = comment.find("-->").map_or(text.len(), |end| "<!---->".len() + end);
        return Some(HtmlTag { length, parts_words: false });
    }
    if text.starts_with("<![CDATA[") || text.starts_with("<!DOCTYPE ") || text.starts_with("<!doctype ") {
        return Some(HtmlTag { length: tag_length(text)?, parts_words: true });
    }
    let inner = text.strip_prefix('<')?;
    let is_end = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name_length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let name = inner[..name_length].to_ascii_lowercase();
    if !inner[name_length..].starts_with(|next: char| next.is_ascii_whitespace() || matches!(next, '/' | '>'))
    {
        return None;
    }
    let length = tag_length(text)?;
    let attributes = &text[text.len() - inner.len() + name_length..length - 1];
    let has_attributes = attributes.contains('=');
    let is_bare = attributes.trim_matches(['/', ' ', '\t', '\n', '\r']).is_empty();
    let is_known = |names: &str| names.split(' ').any(|known| known == name);
    let is_inline = is_known(INLINE);
    // `a <b and c> d` compares.
    let is_tag = is_inline && (is_bare || has_attributes)
        || is_known(BLOCK)
        || is_known(AMBIGUOUS) && (is_end || has_attributes || closes(&text[length..], &name));
    let hidden = if !is_end && matches!(&*name, "script" | "style") {
        hidden_length(&text[length..], &name)
    } else {
        0
    };
    is_tag.then_some(HtmlTag { length: length + hidden, parts_words: !is_inline })
}

/// The length of a tag with its `>`, which is not one within the quotes of an attribute.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = b'<';
    for (at, byte) in text.bytes().enumerate().take(LONGEST_TAG) {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'"' | b'\'', None) if before == b'=' => quote = Some(byte),
            (_, Some(begun)) if begun == byte => quote = None,
            _ => {}
        }
        before = byte;
    }
    None
}

/// The length of a program or style sheet, up to its end tag.
fn hidden_length(text: &str, name: &str) -> usize {
    end_tag(text, name).unwrap_or(text.len())
}

fn closes(text: &str, name: &str) -> bool {
    end_tag(text, name).is_some()
}

/// Where the end tag of an element begins.
fn end_tag(text: &str, name: &str) -> Option<usize> {
    let is_name = |at: &usize| {
        text.get(at + 2..at + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    text.match_indices("</").map(|(at, _)| at).find(is_name)
}
