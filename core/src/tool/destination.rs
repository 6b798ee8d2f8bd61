//! Where the calls of a tool go, as far as two of its versions are compared by it.

/// Where calls go, and how each argument is written there. Plain texts: what they say is the executor's affair, and they
/// are only compared and shown. No secret is among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    /// The method.
    pub method: String,
    /// The path with its variables.
    pub path: String,
    /// The address that it is below, where one is known.
    pub base: Option<String>,
    /// Where each argument goes.
    pub arguments: Vec<SentArgument>,
    /// Places of values that go with every request, each with a digest of its value.
    pub fixed: Vec<(String, String)>,
    /// A digest of the headers that go with every request.
    pub headers: String,
    /// How the body is written, where there is one: its media type, and the fields of a form.
    pub body: Option<(String, String)>,
    /// What requests ask for. Nobody who calls sees it: an answer is read as what it says it is.
    pub accept: Option<String>,
    /// What a caller must show: one of these alternatives, all that it lists. None at all, or one without requirements,
    /// means that nothing need be shown.
    pub security: Vec<Vec<SecurityRequirement>>,
}

/// One argument on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentArgument {
    /// The argument: a JSON pointer into the arguments.
    pub pointer: String,
    /// Where it goes: `query "limit"`. Variables of a path go by their number there.
    pub place: String,
    /// How its value is written there.
    pub form: String,
}

/// One thing that a caller must show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecurityRequirement {
    /// The name of the scheme in its document.
    pub scheme: String,
    /// What the scheme is: `apiKey in header "X-Key"`. Empty where the document does not say it.
    pub kind: String,
    /// The scopes or roles, sorted.
    pub scopes: Vec<String>,
}
