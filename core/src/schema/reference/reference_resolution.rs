//! Reference resolution: `$ref` chains, `$dynamicRef` and `$recursiveRef` to a value with its location.

use percent_encoding::percent_decode_str;

use super::document_set::{DocumentSet, ReferenceLink};
use super::located_node::LocatedNode;
use super::reference_fault::{CIRCLE, NOWHERE, ReferenceFault};
use super::schema_resources::joined;
use crate::error::{Error, Result};
use crate::json::{HashSet, Node, pointer};

/// Length of a reference chain from which cycles are detected.
const HOPS: usize = 16;

impl<'a> DocumentSet<'a> {
    /// Returns the target of a `$ref` member, if there is one.
    pub fn reference_target(&self, located: &LocatedNode<'a>) -> Result<Option<LocatedNode<'a>>> {
        let at = || pointer::push(&self.display_location(located.location), "$ref");
        match located.node.get("$ref") {
            Some(Node::String(reference)) => {
                self.resolve_reference(located.location.document, reference, at).map(Some)
            }
            Some(other) => Err(Error::UnresolvedRef {
                pointer: at(),
                reference: other.to_value().to_string(),
                reason: "is not a string".to_owned(),
            }),
            None => Ok(None),
        }
    }

    /// Follows `$ref` members to the end. Keywords beside a reference are ignored.
    pub fn follow_references(&self, located: LocatedNode<'a>) -> Result<LocatedNode<'a>> {
        let mut located = located;
        for _ in 0..HOPS {
            match self.reference_target(&located)? {
                Some(target) => located = target,
                None => return Ok(located),
            }
        }
        let reference = located.node.text("$ref").unwrap_or_default();
        Err(CIRCLE.into_error(reference, pointer::push(&self.display_location(located.location), "$ref")))
    }

    /// Resolves a reference, through chains of references. `at` returns its own location for errors, as
    /// [`DocumentSet::display_location`] writes it.
    pub fn resolve_reference(
        &self,
        document: usize,
        reference: &'a str,
        at: impl Fn() -> String,
    ) -> Result<LocatedNode<'a>> {
        self.find_reference(document, reference, &at).map_err(|fault| fault.into_error(reference, at()))
    }

    /// Like [`DocumentSet::resolve_reference`], with a typed fault.
    pub(in crate::schema) fn find_reference(
        &self,
        document: usize,
        reference: &'a str,
        at: &impl Fn() -> String,
    ) -> Result<LocatedNode<'a>, ReferenceFault> {
        let holder = &self.documents[document];
        let resource = if holder.has_ids { holder.resources().around(holder.own(&at())) } else { 0 };
        self.chase((document, resource, reference))
    }

    /// Resolves a `$dynamicRef`. Supported if only one schema has that `$dynamicAnchor`.
    pub fn resolve_dynamic_reference(
        &self,
        document: usize,
        reference: &'a str,
        at: impl Fn() -> String,
    ) -> Result<LocatedNode<'a>> {
        let name = reference.split_once('#').map_or("", |(_, name)| name);
        let with_names = self.documents.iter().filter(|document| document.has_ids);
        if with_names.map(|document| document.resources().dynamic(name)).sum::<usize>() > 1 {
            let fault = ReferenceFault::Nowhere("has more than one possible target: use $ref");
            return Err(fault.into_error(reference, at()));
        }
        self.resolve_reference(document, reference, at)
    }

    /// Resolves `$recursiveRef: "#"` of draft 2019-09: the nearest enclosing schema with `$recursiveAnchor`
    /// or `$id`.
    pub fn resolve_recursive_reference(
        &self,
        document: usize,
        at: impl Fn() -> String,
    ) -> Result<LocatedNode<'a>> {
        let shown = at();
        let own = shown.rsplit_once('#').map_or(shown.as_str(), |(_, own)| own);
        let root = self.documents[document].root;
        let around = own.match_indices('/').rev().map(|(end, _)| &own[..end]);
        let is_anchor = |node: &Node<'_>| node.flag("$recursiveAnchor") || node.get("$id").is_some();
        let mut found = around.filter_map(|place| Some((place, root.pointer(place).filter(is_anchor)?)));
        if let Some((place, node)) = found.next() {
            return Ok(self.located(node, document, self.arena.text(place)));
        }
        let fault = ReferenceFault::Nowhere("is in no schema with \"$recursiveAnchor\"");
        Err(fault.into_error("#", shown))
    }

    /// Follows a chain of references. The result is cached for each link, since many references enter a
    /// long chain.
    fn chase(&self, first: ReferenceLink<'a>) -> Result<LocatedNode<'a>, ReferenceFault> {
        let (mut links, mut seen, mut next) = (Vec::new(), HashSet::default(), first);
        let end = loop {
            if let Some(known) = self.found.borrow().get(&next) {
                break known.clone();
            }
            if links.len() >= HOPS && !seen.insert(next) {
                break Err(CIRCLE);
            }
            links.push(next);
            match self.step(next) {
                Ok(located) => match alone(located.node) {
                    Some(further) => {
                        let holder = &self.documents[located.location.document];
                        let pointer = &located.location.pointer;
                        let resource = if holder.has_ids { holder.resources().around(pointer) } else { 0 };
                        next = (located.location.document, resource, further);
                    }
                    None => break Ok(located),
                },
                Err(fault) => break Err(fault),
            }
        };
        self.found.borrow_mut().extend(links.into_iter().map(|link| (link, end.clone())));
        end
    }

    fn step(&self, (from, within, reference): ReferenceLink<'a>) -> Result<LocatedNode<'a>, ReferenceFault> {
        let (target, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_decode_str(fragment)
            .decode_utf8()
            .map_err(|_| ReferenceFault::Nowhere("is not UTF-8 after decoding"))?;
        let (document, resource) =
            if target.is_empty() { (from, within) } else { self.addressed(from, within, target)? };
        let holder = &self.documents[document];
        let inside = |place: &str| {
            let pointer = self.arena.joined(&[place, &fragment]);
            Some((holder.root.pointer(pointer)?, pointer))
        };
        let found = if fragment.is_empty() || fragment.starts_with('/') {
            let place = if holder.has_ids { holder.resources().place(resource) } else { "" };
            // Publishers often write `$id` and still write pointers from the document root.
            inside(place).or_else(|| if target.is_empty() { inside("") } else { None })
        } else if holder.has_ids {
            let place = holder.resources().anchor(resource, &fragment);
            place.and_then(|place| Some((holder.root.pointer(place)?, self.arena.text(place))))
        } else {
            None
        };
        let (node, pointer) = found.ok_or(NOWHERE)?;
        Ok(self.located(node, document, pointer))
    }

    /// Returns the document and resource of a URL.
    fn addressed(&self, from: usize, within: usize, target: &str) -> Result<(usize, usize), ReferenceFault> {
        let holder = &self.documents[from];
        let base = if holder.has_ids { holder.resources().base(within) } else { holder.base.as_ref() };
        let address = joined(base, target).ok_or(match base {
            Some(_) => ReferenceFault::Nowhere("is not a valid URL"),
            None => {
                ReferenceFault::Unread("is relative, and the document has no URL: load it from a file or URL")
            }
        })?;
        if !holder.may_name(&address) {
            let (location, reason) = (address.to_string(), "only a file may refer to a file".to_owned());
            return Err(ReferenceFault::Lacking(Error::SourceForbidden { location, reason }));
        }
        // A document read from the URL takes precedence over one that claims it.
        let read = self.by_address.get(&address);
        if let Some(Ok(number)) = read {
            return Ok((*number, 0));
        }
        let mut with_names = self.documents.iter().enumerate().filter(|(_, document)| document.has_ids);
        let named = with_names.find_map(|(number, one)| Some((number, one.resources().at(&address)?)));
        match (named.or_else(|| Some((*self.by_self.get(&address)?, 0))), read) {
            (Some(named), _) => Ok(named),
            (None, Some(Err(error))) => Err(ReferenceFault::Lacking(error.clone())),
            (None, _) => Err(ReferenceFault::Unread("leads to a document that was not loaded")),
        }
    }
}

/// Returns the reference of an object that has only `$ref`.
fn alone(node: Node<'_>) -> Option<&str> {
    let object = node.as_object()?;
    if object.len() == 1 { object.get("$ref")?.as_str() } else { None }
}
