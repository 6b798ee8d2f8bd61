//! Destination: where the calls of a tool go, as two of its versions are compared.

/// Where calls go, and how each argument is serialized. The texts are compared and shown, never parsed. They hold no
/// secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    /// The HTTP method.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The base URL, where it is known.
    pub base: Option<String>,
    /// Where each argument goes.
    pub arguments: Vec<SentArgument>,
    /// Fixed values of every request: the place of each, and a digest of its value.
    pub fixed: Vec<(String, String)>,
    /// A digest of the headers of every request.
    pub headers: String,
    /// The media type of the body, and the fields of a form.
    pub body: Option<(String, String)>,
    /// The `Accept` header. No caller sees it: an answer is read by its own media type.
    pub accept: Option<String>,
    /// The security alternatives: a caller meets all requirements of one. An empty list, or an alternative without
    /// requirements, needs no credentials.
    pub security: Vec<Vec<SecurityRequirement>>,
}

/// One argument in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentArgument {
    /// JSON pointer into the arguments.
    pub pointer: String,
    /// Where it goes: `query "limit"`. Path variables go by their number.
    pub place: String,
    /// How its value is serialized.
    pub form: String,
}

/// One security requirement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecurityRequirement {
    /// The name of the security scheme in its document.
    pub scheme: String,
    /// The description of the scheme: `apiKey in header "X-Key"`. Empty where the document declares none.
    pub kind: String,
    /// The scopes or roles, sorted.
    pub scopes: Vec<String>,
}
