//! What became of each input that an operation declares: an argument of its tool, a line in the report, or lost.
//!
//! This counts every declared input independently of the conversion, so an input that the conversion forgot is found.
//! Declared inputs are counted in the raw nodes, exposed ones in the finished schema and argument map, reported ones in
//! the notes.
//!
//! A body counts once for each top-level property (with those from `allOf`), or once if it has none. Nested properties
//! and union branches are not counted.

use std::cell::OnceCell;

use super::input_coverage::{InputCoverage, InputFate};
use crate::json::{HashMap, HashSet, Node};
use crate::schema::{Dialect, DocumentSet, LocatedNode, Location, NoteKind, Property, kind};
use crate::spec::arguments::argument_object::ArgumentLocation;
use crate::spec::body::body_schema;
use crate::spec::coverage::declared_properties;
use crate::spec::document::Document;
use crate::spec::operation::Operation;
use crate::spec::operation_site::OperationSite;

/// Counts the inputs of the operations of one document.
pub struct CoverageCounter<'l, 'a> {
    library: &'l DocumentSet<'a>,
    known: FirstLists<'a>,
}

/// The first list that has a parameter, by name and place.
type FirstLists<'a> = HashMap<(&'a str, &'a str), usize>;

impl<'l, 'a> CoverageCounter<'l, 'a> {
    /// A counter for the operations of a document.
    pub fn new(document: &'l Document<'a>) -> Self {
        Self { library: document.library(), known: FirstLists::default() }
    }

    /// The input coverage of an operation that becomes a tool.
    pub fn count(&mut self, site: &OperationSite<'a>, operation: &Operation) -> InputCoverage {
        let (library, groups, counts) = (self.library, HashMap::default(), InputCoverage::default());
        let mut coverage = OperationCoverage {
            library,
            site,
            operation,
            next: 0,
            groups,
            note_kinds: OnceCell::new(),
            counts,
        };
        self.known.clear();
        let fields = coverage.count_parameters(&mut self.known);
        let body = site.operation.key("requestBody").filter(|located| located.node != Node::Null);
        match (library.dialect(site.operation.location.document), body) {
            (Dialect::OpenApi30 | Dialect::JsonSchema202012, Some(body)) => {
                coverage.count_request_body(body);
                coverage.count_unsent(&fields);
            }
            _ => coverage.count_swagger2_body(&fields),
        }
        coverage.counts.lost.sort_by(|a, b| a.pointer.cmp(&b.pointer));
        coverage.counts
    }
}

/// A variant of a body: one of its media types.
struct BodyVariant<'a> {
    schema: Option<LocatedNode<'a>>,
    /// Its declaration.
    declaration: LocatedNode<'a>,
}

/// One entry of the lists of parameters that an operation has.
struct ListedParameter<'a> {
    name: &'a str,
    place: &'a str,
    /// The parameter, where the entry refers to it.
    target: Option<LocatedNode<'a>>,
    /// The number of its list, and its index there.
    position: (usize, usize),
    /// Whether the same list has one of the same name and place before it.
    is_second: bool,
}

struct OperationCoverage<'s, 'l, 'a> {
    library: &'l DocumentSet<'a>,
    site: &'s OperationSite<'a>,
    operation: &'s Operation,
    /// Where in the argument map the next input may be: both have the order of the document.
    next: usize,
    /// The schemas of the groups that arguments stand in.
    groups: HashMap<&'s str, HashSet<String>>,
    /// The kinds of notes by pointer, made at the first question: an operation may have as many notes as inputs.
    note_kinds: OnceCell<HashMap<&'s str, Vec<NoteKind>>>,
    counts: InputCoverage,
}

impl<'a> OperationCoverage<'_, '_, 'a> {
    /// Counts the parameters, and gives what Swagger 2.0 has among them for a body.
    fn count_parameters(&mut self, known: &mut FirstLists<'a>) -> Vec<ListedParameter<'a>> {
        let mut parts = Vec::new();
        for entry in self.entries(known) {
            if matches!(entry.place, "body" | "formData") {
                parts.push(entry);
                continue;
            }
            let operation = self.operation;
            let sent = operation.template.sent_as(entry.name, entry.place);
            let is_exposed = !entry.is_second
                && self.is_argument(|location| match location {
                    ArgumentLocation::Parameter { name, place, .. } => (&**name, place.as_str()) == sent,
                    ArgumentLocation::BodyProperty { .. } | ArgumentLocation::Body => false,
                });
            let fate = if is_exposed { InputFate::Exposed } else { self.reported_or_lost(&entry) };
            self.counts.parameters.count(entry.name, fate, &mut self.counts.lost);
        }
        parts
    }

    /// Every parameter of the operation, and those of the path item that it does not declare anew.
    fn entries(&self, known: &mut FirstLists<'a>) -> Vec<ListedParameter<'a>> {
        let mut entries: Vec<ListedParameter<'a>> = Vec::new();
        for (number, holder) in self.holders().enumerate() {
            let listed = holder.node.get("parameters").and_then(Node::as_array).unwrap_or_default();
            entries.reserve(listed.len());
            for (index, node) in listed.iter().copied().enumerate() {
                let target = node.text("$ref").and_then(|to| self.follow(holder.location.document, to));
                let node = target.as_ref().map_or(node, |target| target.node);
                let place = node.text("in").unwrap_or_default();
                let name = node.text("name").unwrap_or(if place == "body" { "body" } else { "" });
                let first = known.insert((name, place), number);
                if let Some(first) = first.filter(|first| *first < number) {
                    known.insert((name, place), first);
                    continue;
                }
                // Nobody can tell those without a name apart.
                let is_second = first.is_some() && !name.is_empty() && !place.is_empty();
                entries.push(ListedParameter { name, place, target, position: (number, index), is_second });
            }
        }
        entries
    }

    /// The holders of parameter lists: the operation, then its path items.
    fn holders(&self) -> impl Iterator<Item = &LocatedNode<'a>> {
        std::iter::once(&self.site.operation).chain(&*self.site.items)
    }

    fn follow(&self, document: usize, reference: &'a str) -> Option<LocatedNode<'a>> {
        self.library.resolve_reference(document, reference, String::new).ok()
    }

    /// The place of an entry in its list.
    fn located_of(&self, entry: &ListedParameter<'a>) -> LocatedNode<'a> {
        let (number, index) = entry.position;
        let list = self.holders().nth(number).and_then(|holder| holder.key("parameters"));
        list.and_then(|list| list.item(index)).expect("the entry was read from this list")
    }

    /// What became of a parameter or field that is no argument.
    fn reported_or_lost(&self, entry: &ListedParameter<'a>) -> InputFate {
        let listed = self.located_of(entry);
        let pointer = self.library.display_location(listed.location);
        let is_part = entry.place == "formData";
        let place = if is_part { "body" } else { entry.place };
        let own = self.library.display_location(entry.target.as_ref().unwrap_or(&listed).location);
        let is_told = self.has_note(kind::OAS_HEADER_IGNORED, &own)
            || self.has_note(kind::PARAMETER_TWICE, &pointer)
            || self.has_note(kind::PARAMETER_UNUSABLE, &pointer)
            || self.has_note(kind::PARAMETER_UNUSABLE, &own)
            || self.has_note(kind::PATH_PARAMETER_DROPPED, &own)
            || (!entry.is_second
                && (self.is_fixed(place, entry.name) || is_part && self.is_fixed(place, "")));
        if is_told { InputFate::Reported } else { InputFate::Lost(pointer.into_owned()) }
    }

    /// Whether a note says that a parameter is left out.
    fn is_unusable(&self, entry: &ListedParameter<'a>) -> bool {
        self.has_note(
            kind::PARAMETER_UNUSABLE,
            &self.library.display_location(self.located_of(entry).location),
        )
    }

    fn has_note(&self, kind: NoteKind, pointer: &str) -> bool {
        let kinds_by_pointer = self.note_kinds.get_or_init(|| {
            let mut kinds_by_pointer: HashMap<&str, Vec<NoteKind>> = HashMap::default();
            for note in &self.operation.notes {
                kinds_by_pointer.entry(&note.pointer).or_default().push(note.kind);
            }
            kinds_by_pointer
        });
        kinds_by_pointer.get(pointer).is_some_and(|kinds| kinds.contains(&kind))
    }

    /// Whether a note says that the caller gave a value to what stands somewhere: `query/limit`, `body/name`, `body/`.
    fn is_fixed(&self, place: &str, name: &str) -> bool {
        let named = format!("{place}/{name} ");
        let kinds = [kind::PARAMETER_FIXED, kind::PARAMETER_HIDDEN, kind::HIDDEN_UNICODE];
        let mut notes = self.operation.notes.iter().filter(|note| kinds.contains(&note.kind));
        notes.any(|note| note.message.starts_with(&named))
    }

    /// Whether the argument map has such a location, and the schema the argument.
    fn is_argument(&mut self, is: impl Fn(&ArgumentLocation) -> bool) -> bool {
        let (map, properties) = (&self.operation.arguments.map, &self.operation.arguments.properties);
        let mut places = (self.next..map.len()).chain(0..self.next.min(map.len()));
        let Some(found) = places.find(|place| is(&map[*place].location)) else { return false };
        self.next = found + 1;
        let argument = &map[found];
        let Some(group) = argument.group else {
            let is_it = |property: &Property| property.name == argument.name;
            return properties.get(found).is_some_and(is_it) || properties.iter().any(is_it);
        };
        let group = properties.iter().find(|property| *property.name == *group.as_str());
        let members = group.map(|group| {
            self.groups.entry(&group.name).or_insert_with(|| declared_properties::members(&group.schema))
        });
        members.is_some_and(|names| names.contains(&*argument.name))
    }

    /// The properties of the argument that is the whole body; `None` where there is no such argument.
    fn whole(&mut self) -> Option<HashSet<String>> {
        let is_whole = self.is_argument(|location| matches!(location, ArgumentLocation::Body));
        is_whole.then(|| declared_properties::shown(&self.operation.arguments))
    }

    /// Counts the body of OpenAPI 3, with what any of its media types says of it.
    fn count_request_body(&mut self, body: LocatedNode<'a>) {
        let Ok(body) = self.library.follow_references(body) else { return };
        let content = body.key("content");
        let names = content.iter().flat_map(|content| content.node.entries()).map(|(name, _)| name);
        let entries: Vec<LocatedNode<'a>> =
            names.filter_map(|name| content.as_ref().and_then(|content| content.key(name))).collect();
        let schema = |entry: &LocatedNode<'a>| self.library.follow_references(*entry).ok()?.key("schema");
        let mut variants: Vec<BodyVariant<'a>> =
            entries.iter().map(|entry| BodyVariant { schema: schema(entry), declaration: *entry }).collect();
        if variants.is_empty() {
            variants.push(BodyVariant { schema: None, declaration: body });
        }
        self.count_body(&variants);
    }

    /// Counts parameters of a body that has its own place.
    fn count_unsent(&mut self, entries: &[ListedParameter<'a>]) {
        for entry in entries {
            let fate = self.reported_or_lost(entry);
            self.counts.body_properties.count(entry.name, fate, &mut self.counts.lost);
        }
    }

    /// Counts the body of Swagger 2.0: one parameter, or the fields of a form.
    fn count_swagger2_body(&mut self, entries: &[ListedParameter<'a>]) {
        let mut whole = None;
        for (number, entry) in entries.iter().enumerate() {
            let is_first = || entries[..number].iter().all(|earlier| earlier.place != "body");
            if entry.place == "body" && is_first() && !self.is_unusable(entry) {
                let own = entry.target.unwrap_or_else(|| self.located_of(entry));
                self.count_body(&[BodyVariant { schema: own.key("schema"), declaration: own }]);
                continue;
            }
            let is_field = entry.place == "formData" && !entry.is_second;
            let is_exposed = is_field && {
                let whole = whole.get_or_insert_with(|| self.whole());
                self.is_property(entry.name, whole.as_ref())
            };
            let fate = if is_exposed { InputFate::Exposed } else { self.reported_or_lost(entry) };
            self.counts.body_properties.count(entry.name, fate, &mut self.counts.lost);
        }
    }

    /// Whether a note says what became of the body as a whole: text and bytes are one argument without properties.
    fn is_body_told(&self, body: &LocatedNode<'a>) -> bool {
        let kinds = [kind::BODY_AS_TEXT, kind::OAS_BINARY, kind::BODY_WITHOUT_MEDIA_TYPE];
        let pointer = self.library.display_location(body.location);
        kinds.into_iter().any(|kind| self.has_note(kind, &pointer)) || self.is_fixed("body", "")
    }

    fn is_property(&mut self, property: &str, whole: Option<&HashSet<String>>) -> bool {
        match whole {
            Some(whole) => whole.contains(property),
            None => self.is_argument(|location| match location {
                ArgumentLocation::BodyProperty { name, .. } => **name == *property,
                ArgumentLocation::Parameter { .. } | ArgumentLocation::Body => false,
            }),
        }
    }

    /// The fate of a body property that no argument exposes. `media_type` is the pointer of its media type.
    fn unexposed_property(&self, name: &str, place: Location<'_>, media_type: &str) -> InputFate {
        let pointer = self.library.display_location(place);
        let is_reported = self.has_note(kind::BODY_MEDIA_TYPE_UNUSED, media_type)
            || self.has_note(kind::OAS_READONLY_REMOVED, &pointer)
            || self.is_fixed("body", name);
        if is_reported { InputFate::Reported } else { InputFate::Lost(pointer.into_owned()) }
    }

    /// Counts the properties of a body, in any of its variants.
    fn count_body(&mut self, variants: &[BodyVariant<'a>]) {
        let whole = self.whole();
        // A body sent as text or as bytes has no properties. One note covers every media type.
        let cell = OnceCell::new();
        let is_body_reported = |coverage: &Self| {
            *cell.get_or_init(|| variants.iter().any(|form| coverage.is_body_told(&form.declaration)))
        };
        let mut fates: HashMap<&'a str, InputFate> = HashMap::default();
        // What several variants refer to is counted once.
        let mut seen = HashSet::default();
        let mut is_new = |form: &&BodyVariant<'a>| {
            let target =
                form.schema.and_then(|schema| body_schema::follow_bare_reference(self.library, schema).ok());
            target.is_none_or(|target| seen.insert(target.location))
        };
        let distinct: Vec<_> = variants.iter().filter(&mut is_new).collect();
        for form in distinct {
            let media_type = self.library.display_location(form.declaration.location);
            declared_properties::declared(self.library, form.schema, &mut |name, document, path| {
                // Several schemas may declare one property. One that exposes it is enough.
                if matches!(fates.get(name), Some(InputFate::Exposed | InputFate::Reported)) {
                    return;
                }
                let fate = if self.is_property(name, whole.as_ref()) {
                    InputFate::Exposed
                } else if is_body_reported(self) {
                    InputFate::Reported
                } else {
                    let pointer = path.pointer();
                    self.unexposed_property(name, Location { document, pointer: &pointer }, &media_type)
                };
                fates.insert(name, fate);
            });
        }
        if let (true, Some(form)) = (fates.is_empty(), variants.first()) {
            let fate = match whole {
                Some(_) => InputFate::Exposed,
                None if is_body_reported(self) => InputFate::Reported,
                None => {
                    InputFate::Lost(self.library.display_location(form.declaration.location).into_owned())
                }
            };
            fates.insert("body", fate);
        }
        for (name, fate) in fates {
            self.counts.body_properties.count(name, fate, &mut self.counts.lost);
        }
    }
}
