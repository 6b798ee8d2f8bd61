//! Reads the output schema of an operation from its success responses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::operation_output::{OperationOutput, OutputBound, dropped_note};
use super::success_responses::{DocumentedResult, SuccessResponse, success_responses};
use crate::error::Result;
use crate::json::{Arena, HashMap, HashSet, Node, ObjectBuilder, pointer, to_compact_text};
use crate::schema::{
    ConvertedSchema, DefinitionId, Direction, LocatedNode, Location, Note, Schema, SchemaConverter,
    SchemaDetail, keywords, kind, strip_schema,
};
use crate::spec::body::body_schema::follow_bare_reference;
use crate::spec::body::form_fields::is_raw_bytes;
use crate::spec::document::Document;
use crate::spec::operation_site::OperationSite;
use crate::unicode::{HiddenUnicode, may_be_hidden};

/// How many schemas are searched to learn that a result is an object. Nested compositions multiply.
const LOOKED_THROUGH: usize = 64;

/// Reads the output schemas of one document. A schema that several operations answer with is converted once.
pub struct OutputReader<'l, 'a> {
    root: LocatedNode<'a>,
    converter: SchemaConverter<'l, 'a>,
    bound: OutputBound,
    known: RefCell<HashMap<ResultKey<'a>, Rc<OperationOutput>>>,
}

/// The places of the schemas of a result, and whether it may be null.
type ResultKey<'a> = (Vec<Location<'a>>, bool);

/// The schemas that a result has one of.
struct ResultSchemas<'a> {
    /// Each at its place, references followed.
    schemas: Vec<LocatedNode<'a>>,
    may_be_null: bool,
}

impl<'l, 'a> OutputReader<'l, 'a> {
    /// A reader for a document.
    pub fn new(document: &'l Document<'a>, bound: OutputBound) -> Self {
        let converter = SchemaConverter::new(document.library(), Direction::Response);
        Self { root: document.root(), converter, bound, known: RefCell::default() }
    }

    /// Reads the output of one operation. `may_be_null` says that a call may be answered without a body beside the
    /// documented responses. A fault of the document is a note, and costs the output schema alone.
    pub fn read(&self, site: &OperationSite<'a>, may_be_null: bool) -> OperationOutput {
        self.read_responses(site, may_be_null).unwrap_or_else(|error| {
            OperationOutput::dropped(&pointer::push(&site.pointer, "responses"), &error.to_string())
        })
    }

    fn read_responses(&self, site: &OperationSite<'a>, may_be_null: bool) -> Result<OperationOutput> {
        // RFC 9110, section 9.3.2: no response to HEAD has a body.
        if site.method == "HEAD" || site.operation.node.as_object().is_none() {
            return Ok(OperationOutput::default());
        }
        let responses = success_responses(self.converter.library(), &self.root, site)?;
        let result = match self.result_schemas(responses, site)? {
            Ok(result) => ResultSchemas { may_be_null: result.may_be_null || may_be_null, ..result },
            Err(undescribed) => return Ok(undescribed),
        };
        Ok(if result.schemas.is_empty() { OperationOutput::default() } else { self.shared_output(&result) })
    }

    /// The schemas of all responses, each once; else the output of an operation that no schema describes in every case.
    fn result_schemas(
        &self,
        responses: Vec<SuccessResponse<'a>>,
        site: &OperationSite<'a>,
    ) -> Result<std::result::Result<ResultSchemas<'a>, OperationOutput>> {
        let library = self.converter.library();
        let (mut schemas, mut may_be_null, mut undescribed) = (Vec::<LocatedNode<'a>>::new(), false, None);
        for SuccessResponse { status, result } in responses {
            match result {
                DocumentedResult::Null => may_be_null = true,
                DocumentedResult::Undescribed(reason) => undescribed = undescribed.or(Some((status, reason))),
                DocumentedResult::Json(all) => {
                    let all = all.into_iter().map(|schema| follow_bare_reference(library, schema));
                    schemas.extend(all.collect::<Result<Vec<_>>>()?);
                }
            }
        }
        let mut places = HashSet::default();
        schemas.retain(|schema| places.insert(schema.location));
        Ok(match undescribed {
            // Without any JSON there is nothing that a schema could say.
            Some((status, reason)) if !schemas.is_empty() => {
                let place = pointer::push(&pointer::push(&site.pointer, "responses"), status);
                Err(OperationOutput::dropped(&place, &format!("the success response {status} {reason}")))
            }
            _ => Ok(ResultSchemas { schemas, may_be_null }),
        })
    }

    /// The output of all operations with these schemas. Thousands of paths may refer to one path item.
    fn shared_output(&self, result: &ResultSchemas<'a>) -> OperationOutput {
        let places = result.schemas.iter().map(|schema| schema.location).collect();
        let key: ResultKey<'a> = (places, result.may_be_null);
        if let Some(known) = self.known.borrow().get(&key) {
            return OperationOutput::clone(known);
        }
        let output = self.convert(result).unwrap_or_else(|error| {
            let place = self.converter.library().display_location(result.schemas[0].location);
            OperationOutput::dropped(&place, &error.to_string())
        });
        self.known.borrow_mut().insert(key, Rc::new(output.clone()));
        output
    }

    /// Converts the schemas of a result to one.
    fn convert(&self, result: &ResultSchemas<'a>) -> Result<OperationOutput> {
        let library = self.converter.library();
        let arena = library.arena();
        let (mut whole, mut branches) = (ConvertedSchema::default(), Vec::<Node<'a>>::new());
        for located in &result.schemas {
            let converted = self.converter.convert_schema(located)?;
            if !restricts(converted.schema) {
                return Ok(OperationOutput::default());
            }
            if is_raw_bytes(converted.schema) {
                let place = library.display_location(located.location);
                return Ok(match result.schemas.len() {
                    1 => OperationOutput::default(),
                    _ => OperationOutput::dropped(&place, "a result may be a file"),
                });
            }
            whole.notes.extend(converted.notes);
            for id in converted.reaches {
                if !whole.reaches.contains(&id) {
                    whole.reaches.push(id);
                }
            }
            if !branches.contains(&converted.schema) {
                branches.push(converted.schema);
            }
        }
        if result.may_be_null && !branches.iter().any(|branch| takes_null(*branch)) {
            branches.push(Node::map(&[("type", Node::String("null"))], arena));
        }
        whole.schema = match branches.as_slice() {
            [one] => self.with_type_object(*one, &whole.reaches),
            several => Node::map(&[("anyOf", Node::list(several, arena))], arena),
        };
        let first = &result.schemas[0];
        self.output(whole, &library.display_location(first.location))
    }

    /// The output of a converted schema, within the bound: whole, or without its annotations, or not at all. `place` is
    /// that of the schema, so that the report has one line for all tools that answer with it.
    fn output(&self, converted: ConvertedSchema<'a>, place: &str) -> Result<OperationOutput> {
        let arena = self.converter.library().arena();
        for detail in [SchemaDetail::Whole, SchemaDetail::Brief] {
            let text = to_compact_text(detail.apply(converted.schema, arena));
            let Some(left) = self.bound.bytes.checked_sub(text.len()) else { continue };
            let Some(closure) = self.converter.definitions_within(&converted.reaches, detail, left)? else {
                continue;
            };
            self.converter.check_evaluation_cost(&converted)?;
            let mut notes = converted.notes;
            for note in &*closure.notes {
                // A schema that refers to itself is the root and a definition.
                if !notes.contains(note) {
                    notes.push(note.clone());
                }
            }
            if notes.iter().any(|note| note.kind == kind::REF_OPENED) {
                notes.retain(|note| note.kind == kind::REF_OPENED);
                notes.push(dropped_note(place, "a reference in it leads nowhere"));
                return Ok(OperationOutput { schema: None, notes });
            }
            if detail == SchemaDetail::Brief {
                let message = format!(
                    "the output schema has more than {} tokens; it is without descriptions and examples",
                    self.bound.tokens
                );
                notes.push(Note::new(kind::OUTPUT_SCHEMA_SHORTENED, place, message));
            }
            let text = match closure.definitions.iter().find(|definition| *definition.text == *text) {
                Some(root) => to_compact_text(root_reference(converted.schema, &root.name, arena)),
                None => text,
            };
            let schema = Schema::shared(text.into(), closure.definitions);
            return Ok(self.without_hidden_unicode(OperationOutput { schema: Some(schema), notes }, place));
        }
        let tokens = self.bound.tokens;
        let reason = format!("it has more than {tokens} tokens; raise limits.outputTokens to have it");
        Ok(OperationOutput::dropped(place, &reason))
    }

    /// Strips hidden Unicode characters from what a model reads. A schema whose names or values have them is left out: the
    /// API answers with the document's spelling, which a stripped schema does not accept.
    fn without_hidden_unicode(&self, output: OperationOutput, place: &str) -> OperationOutput {
        if self.converter.library().hidden_unicode() != HiddenUnicode::Strip {
            return output;
        }
        let Some(schema) = output.schema.as_ref().filter(|schema| schema.text().chars().any(may_be_hidden))
        else {
            return output;
        };
        let stripped = strip_schema(&schema.value());
        let OperationOutput { mut notes, .. } = output;
        if stripped.is_respelled {
            notes.push(dropped_note(place, "names or values in it have hidden characters"));
            return OperationOutput { schema: None, notes };
        }
        OperationOutput { schema: Some(Schema::new(&stripped.schema)), notes }
    }

    /// Says `type: object` at the root of a schema that accepts objects alone: clients of MCP look for it there.
    fn with_type_object(&self, schema: Node<'a>, reaches: &[DefinitionId]) -> Node<'a> {
        let Node::Object(object) = schema else { return schema };
        if object.get("type").is_some() || !self.is_object(schema, reaches, &Cell::new(LOOKED_THROUGH)) {
            return schema;
        }
        let mut typed = ObjectBuilder::with_capacity(object.len() + 1);
        typed.push("type", Node::String("object"));
        object.iter().for_each(|(keyword, held)| typed.push(keyword, held));
        typed.finish(self.converter.library().arena())
    }

    /// Whether a schema accepts objects alone.
    fn is_object(&self, schema: Node<'a>, reaches: &[DefinitionId], left: &Cell<usize>) -> bool {
        if left.get() == 0 {
            return false;
        }
        left.set(left.get() - 1);
        if let Some(kind) = schema.get("type") {
            return kind.as_str() == Some("object");
        }
        let is_object = |part: &Node<'a>| self.is_object(*part, reaches, left);
        let parts = |keyword: &str| schema.get(keyword).and_then(Node::as_array).unwrap_or_default();
        let is_of_reference = || {
            let target = self.converter.referenced_schema(schema.text("$ref")?, reaches)?;
            Some(self.is_object(target.schema, &target.reaches, left))
        };
        parts("allOf").iter().any(is_object)
            || ["anyOf", "oneOf"]
                .iter()
                .any(|union| !parts(union).is_empty() && parts(union).iter().all(is_object))
            || is_of_reference().unwrap_or_default()
    }
}

/// The root of a schema that refers to itself: a reference to its definition, with its type beside it.
fn root_reference<'a>(schema: Node<'a>, name: &str, arena: &'a Arena) -> Node<'a> {
    let reference = arena.text(&format!("#{}", pointer::push("/$defs", name)));
    let mut root = ObjectBuilder::default();
    if let Some(kind) = schema.get("type") {
        root.push("type", kind);
    }
    root.push("$ref", Node::String(reference));
    root.finish(arena)
}

/// Whether a converted schema restricts values at all.
fn restricts(schema: Node<'_>) -> bool {
    let is_restriction = |keyword: &str| keyword == "$ref" || keywords::is_assertion(keyword);
    match schema {
        Node::Object(object) => object.iter().any(|(keyword, _)| is_restriction(keyword)),
        // `false`: the document says that there is no such result.
        _ => false,
    }
}

fn takes_null(schema: Node<'_>) -> bool {
    let null = Node::String("null");
    schema.get("type").is_some_and(|kind| kind == null || kind.items().any(|one| one == null))
}
