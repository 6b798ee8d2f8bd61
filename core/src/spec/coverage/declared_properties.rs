//! What there is to be counted: the properties that a schema of a document declares, and those that a tool shows.

use crate::json::{
    self, Arena, DocumentBounds, DuplicateKeyPolicy, HashSet, Node, NodeBuilder, Path, pointer,
};
use crate::schema::{DocumentSet, LocatedNode, Location};
use crate::spec::arguments::argument_object::{Arguments, BODY_ARGUMENT};

/// Visits the properties that a schema declares itself, by its reference and by `allOf`: name, document and place.
pub fn declared<'a>(
    library: &DocumentSet<'a>,
    schema: Option<LocatedNode<'a>>,
    visit: &mut dyn FnMut(&'a str, usize, &Path<'_>),
) {
    let mut queue: Vec<LocatedNode<'a>> = schema.into_iter().collect();
    let mut seen: HashSet<Location<'a>> = HashSet::default();
    while let Some(located) = queue.pop() {
        let document = located.location.document;
        let keeps_siblings = library.dialect(document).keeps_siblings();
        let mut walk = PropertyWalk {
            keeps_siblings,
            references: Vec::new(),
            visit: &mut |name, path| visit(name, document, path),
        };
        walk.visit_schema(located.node, &Path::at(located.location.pointer));
        for reference in walk.references {
            let target = library.resolve_reference(document, reference, String::new).ok();
            queue.extend(target.filter(|target| seen.insert(target.location)));
        }
    }
}

/// Visits the properties of one schema and of its `allOf`. References are collected, not followed: a chain of references
/// has no bound, and recursion would overflow the stack.
struct PropertyWalk<'v, 'a> {
    /// Whether the dialect applies keywords beside `$ref`.
    keeps_siblings: bool,
    references: Vec<&'a str>,
    visit: &'v mut dyn FnMut(&'a str, &Path<'_>),
}

impl<'a> PropertyWalk<'_, 'a> {
    fn visit_schema(&mut self, schema: Node<'a>, path: &Path<'_>) {
        if let Some(reference) = schema.text("$ref") {
            self.references.push(reference);
            if !self.keeps_siblings {
                return;
            }
        }
        let properties = path.key("properties");
        for (name, _) in schema.get("properties").into_iter().flat_map(Node::entries) {
            (self.visit)(name, &properties.key(name));
        }
        let parts = path.key("allOf");
        for (index, part) in schema.get("allOf").into_iter().flat_map(Node::items).enumerate() {
            self.visit_schema(part, &parts.index(index));
        }
    }
}

/// The properties that the argument which is the whole body has.
pub fn shown(arguments: &Arguments) -> HashSet<String> {
    let arena = Arena::new();
    // The document declares names in its own spelling.
    if let Some(spellings) = &arguments.spellings {
        let own = spellings.original_schema().text();
        let own = value(&own, &arena);
        let body = own.get("properties").and_then(|properties| properties.get(BODY_ARGUMENT));
        return names_of(body, |name| own.get("$defs")?.get(name));
    }
    let body = arguments.properties.iter().find(|property| *property.name == *BODY_ARGUMENT);
    names_of(body.map(|body| value(&body.schema, &arena)), |name| {
        let definition = arguments.definitions.iter().find(|one| *one.name == *name);
        definition.map(|definition| value(&definition.text, &arena))
    })
}

/// The names that a schema has, by the definitions that it refers to too.
fn names_of<'n>(schema: Option<Node<'n>>, definition: impl Fn(&str) -> Option<Node<'n>>) -> HashSet<String> {
    let (mut names, mut seen) = (HashSet::default(), HashSet::default());
    let mut queue: Vec<Node<'n>> = schema.into_iter().collect();
    while let Some(schema) = queue.pop() {
        let properties = schema.get("properties").into_iter().flat_map(Node::entries);
        names.extend(properties.map(|(name, _)| name.to_owned()));
        queue.extend(schema.get("allOf").into_iter().flat_map(Node::items));
        // What may be null is a union with null.
        if let Some(Node::Array([branch, null])) = schema.get("anyOf")
            && null.text("type") == Some("null")
        {
            queue.push(*branch);
        }
        let reference = schema.text("$ref").filter(|reference| seen.insert(*reference));
        let name = reference.and_then(|reference| pointer::tokens(reference).nth(1));
        queue.extend(name.and_then(|name| definition(&name)));
    }
    names
}

/// The properties of a group of arguments.
pub fn members(schema: &str) -> HashSet<String> {
    let arena = Arena::new();
    let properties = value(schema, &arena).get("properties").into_iter().flat_map(Node::entries);
    properties.map(|(name, _)| name.to_owned()).collect()
}

/// What a schema's text says. It was written by this program, so that nothing bounds it.
fn value<'t>(text: &'t str, arena: &'t Arena) -> Node<'t> {
    let most = usize::MAX;
    let bounds = DocumentBounds {
        depth: most,
        nodes: most,
        bytes: most,
        aliases: 0,
        duplicates: DuplicateKeyPolicy::Last,
    };
    json::read(text, &mut NodeBuilder::new(arena, bounds)).unwrap_or_default()
}
