//! Character references (entities) of HTML: `&lt;`, `&#60;`, `&#x3C;`.

/// The names that descriptions of APIs have, and those of typography.
const NAMES: [(&str, char); 29] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("ast", '*'),
    ("le", '≤'),
    ("leq", '≤'),
    ("ge", '≥'),
    ("geq", '≥'),
    ("ne", '≠'),
    ("times", '×'),
    ("deg", '°'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("bull", '•'),
    ("middot", '·'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("larr", '←'),
    ("rarr", '→'),
    ("euro", '€'),
];

/// The most bytes between `&` and `;`: `#x10FFFF`.
const LONGEST: usize = 8;

/// The character reference that a text begins with: its length in bytes, and the character. Unknown names are none: `R&D;`.
pub(super) fn character_reference(text: &str) -> Option<(usize, char)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(LONGEST + 1).position(|byte| byte == b';')?;
    let name = &inner[..end];
    let meant = match name.strip_prefix('#') {
        Some(number) => character_of(number)?,
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((end + 2, meant))
}

/// The character of a number, decimal or hexadecimal. What is no character is the replacement character, as in HTML.
fn character_of(number: &str) -> Option<char> {
    let hexadecimal = number.strip_prefix(['x', 'X']);
    let (digits, radix) = hexadecimal.map_or((number, 10), |digits| (digits, 16));
    let is_number = digits.chars().all(|digit| digit.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    Some(char::from_u32(code).filter(|one| *one != '\0').unwrap_or(char::REPLACEMENT_CHARACTER))
}
