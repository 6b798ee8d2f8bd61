//! Path parameters: each variable of the path template is a parameter, and is sent as the template says.

use std::rc::Rc;
use std::sync::Arc;

use super::operation_parameter::{Parameter, ParameterUse};
use crate::json::{HashMap, HashSet};
use crate::schema::{Note, kind};
use crate::spec::operation_site::OperationSite;
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::uri_template::expression::{TemplateVariable, VariableExpansion};
use crate::spec::uri_template::path_template::{PathRepair, PathTemplate};
use crate::spec::uri_template::template_part::QueryVariable;

/// The index of each parameter, by place and name.
type ParameterIndex = HashMap<(ParameterIn, Arc<str>), usize>;

/// The path template of an operation with the parameters that match it.
pub struct MatchedPath {
    /// The template.
    pub template: PathTemplate,
    /// The parameters: undeclared path variables first.
    pub parameters: Vec<Rc<Parameter>>,
    /// Notes of repairs, undeclared variables and dropped parameters.
    pub notes: Vec<Note>,
}

/// Parses the path of an operation and matches its parameters to it. The error says what is wrong with the path.
pub fn match_path(site: &OperationSite<'_>, parameters: Vec<Rc<Parameter>>) -> Result<MatchedPath, String> {
    let key_of = |parameter: &Rc<Parameter>| (parameter.place, Arc::clone(&parameter.property.name));
    let index: ParameterIndex =
        parameters.iter().enumerate().rev().map(|(i, one)| (key_of(one), i)).collect();
    let is_declared = |name: &str| {
        [ParameterIn::Path, ParameterIn::Query]
            .into_iter()
            .any(|place| index.contains_key(&(place, name.into())))
    };
    let template = PathTemplate::with_names(site.path, &is_declared)?;
    let notes = template.repairs.iter().map(|repair| note_repair(*repair, site)).collect();
    let mut matching = PathMatching { site, template: &template, index, parameters, notes };
    for variable in template.query_variables() {
        matching.send_in_query(variable);
    }
    let undeclared = matching.expand_path_variables();
    matching.drop_unused();
    let PathMatching { mut parameters, notes, .. } = matching;
    parameters.splice(..0, undeclared);
    Ok(MatchedPath { template, parameters, notes })
}

fn note_repair(repair: PathRepair, site: &OperationSite<'_>) -> Note {
    let (kind, message) = match repair {
        PathRepair::SlashAdded => (kind::PATH_SLASH_ADDED, "the path begins with a \"/\" in requests"),
        PathRepair::SlashesDropped => {
            (kind::PATH_SLASHES_DROPPED, "the path begins with one \"/\" in requests")
        }
        PathRepair::FragmentDropped => {
            (kind::PATH_FRAGMENT_DROPPED, "what stands behind the \"#\" of the path is not sent")
        }
    };
    Note::new(kind, &*site.pointer, message)
}

/// Parameters while they are matched to a path.
struct PathMatching<'s, 'a> {
    site: &'s OperationSite<'a>,
    template: &'s PathTemplate,
    index: ParameterIndex,
    parameters: Vec<Rc<Parameter>>,
    notes: Vec<Note>,
}

impl PathMatching<'_, '_> {
    /// Sends a variable as a query parameter.
    fn send_in_query(&mut self, QueryVariable { key, variable }: &QueryVariable) {
        let mut find = |place: ParameterIn, name: &str| self.index.remove(&(place, name.into()));
        let found = find(ParameterIn::Query, &variable.name)
            .or_else(|| find(ParameterIn::Path, &variable.name))
            .or_else(|| find(ParameterIn::Query, key));
        let exploded = ValueSerialization::plain(ParameterStyle::Form, variable.explode);
        let sent = |wire, required| ParameterUse { name: key, place: ParameterIn::Query, wire, required };
        let Some(found) = found else {
            let parameter = self.undeclared(&variable.name);
            self.parameters.push(Rc::new(parameter.with_use(sent(exploded, false))));
            return;
        };
        let parameter = &self.parameters[found];
        let wire = if parameter.place == ParameterIn::Query { parameter.wire().clone() } else { exploded };
        let required = parameter.says_required;
        self.parameters[found] = Rc::new(parameter.with_use(sent(wire, required)));
    }

    /// Serializes the parameters of variables that are filled in place. Gives those that no parameter declares.
    fn expand_path_variables(&mut self) -> Vec<Rc<Parameter>> {
        let mut undeclared = Vec::new();
        for variable in self.template.variables() {
            let find = |place: ParameterIn| self.index.get(&(place, variable.name.as_str().into())).copied();
            let in_query = || find(ParameterIn::Query).filter(|_| self.template.is_in_member(&variable.name));
            if let Some(found) = find(ParameterIn::Path).or_else(in_query) {
                self.parameters[found] = expand(&self.parameters[found], variable, self.template);
            } else {
                let parameter = Rc::new(self.undeclared(&variable.name));
                undeclared.push(expand(&parameter, variable, self.template));
            }
        }
        undeclared
    }

    /// Drops path parameters that the path has no variable for.
    fn drop_unused(&mut self) {
        let variables: HashSet<&str> =
            self.template.variables().into_iter().map(|variable| variable.name.as_str()).collect();
        let notes = &mut self.notes;
        self.parameters.retain(|parameter| {
            let is_used = parameter.place != ParameterIn::Path || variables.contains(parameter.name());
            if !is_used {
                let message = format!("the path has no variable \"{}\"", parameter.name());
                notes.push(Note::new(kind::PATH_PARAMETER_DROPPED, Arc::clone(&parameter.pointer), message));
            }
            is_used
        });
    }

    /// The parameter of a variable that no parameter declares, with a note.
    fn undeclared(&mut self, name: &str) -> Parameter {
        let message = format!("no parameter declares the path variable \"{name}\"; it takes any text");
        self.notes.push(Note::new(kind::PATH_VARIABLE_UNDECLARED, &*self.site.pointer, message));
        Parameter::undeclared(name, &self.site.pointer)
    }
}

/// The parameter, serialized as its expression in the path says. An expression with its own separator may be absent, and so
/// may a query parameter.
fn expand(parameter: &Rc<Parameter>, variable: &TemplateVariable, template: &PathTemplate) -> Rc<Parameter> {
    let is_plain = variable.expansion == VariableExpansion::Simple && !variable.explode;
    let may_be_absent = variable.may_be_absent() || !template.is_in_path(&variable.name);
    if is_plain && parameter.place == ParameterIn::Path && !may_be_absent {
        return Rc::clone(parameter);
    }
    let wire = match parameter.place {
        ParameterIn::Path => parameter.wire().expanded(variable),
        _ => ValueSerialization::plain(ParameterStyle::Simple, false),
    };
    let required = parameter.says_required || !may_be_absent;
    let sent = ParameterUse { name: &variable.name, place: ParameterIn::Path, wire, required };
    Rc::new(parameter.with_use(sent))
}
