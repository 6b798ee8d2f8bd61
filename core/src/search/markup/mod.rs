//! Markup: the HTML and Markdown of descriptions, as plain text for those who read a hit.
//!
//! A reader sees `a < b`, `R&D`, `snake_case` and `*.example.com` as they were written. So a sign goes only where it is markup
//! by its context: a tag has a name of HTML, emphasis has two ends, a link has a target. The words of the index are read by
//! another scanner, [`plain_text`](super::words::plain_text): it puts spaces where signs may be markup, which costs no word,
//! and drops link targets and addresses, which a reader needs.
//!
//! | what | file |
//! |---|---|
//! | the walk over a text | `markup_stripper` |
//! | headings, quotes, fences, rules: what a line begins with | `line_marks` |
//! | tags and comments | `html_tag` |
//! | `&lt;`, `&#60;` | `character_reference` |
//! | `*` and `_` | `emphasis` |
//! | `[text](target)`, `[text][name]`, `<address>`, and addresses in the text | `link_target` |
//!
//! Limits: marks of lists and tables stay. The time grows with the square of the text: callers cut it first.

mod character_reference;
mod emphasis;
mod html_tag;
mod line_marks;
mod link_target;
mod markup_stripper;

pub(super) use markup_stripper::strip_markup;
