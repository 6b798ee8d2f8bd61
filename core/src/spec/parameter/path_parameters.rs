//! The path of an operation and its parameters: each variable is one, and is sent as the path says.

use std::rc::Rc;
use std::sync::Arc;

use crate::json::{HashMap, HashSet};
use crate::schema::{Note, kind};
use crate::spec::operation_site::OperationSite;
use crate::spec::parameter::openapi3_parameter::Parameter;
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::uri_template::expression::{TemplateVariable, VariableExpansion};
use crate::spec::uri_template::path_template::{PathRepair, PathTemplate, QueryVariable};

/// Where a parameter of some place and name stands in its list.
type ParameterIndex = HashMap<(ParameterIn, Arc<str>), usize>;

fn key_of(parameter: &Rc<Parameter>) -> (ParameterIn, Arc<str>) {
    (parameter.place, Arc::clone(&parameter.property.name))
}

/// Reads the path of an operation, and makes its parameters those that the path has. The error says what is wrong with
/// the path.
pub fn agree(
    site: &OperationSite<'_>,
    parameters: &mut Vec<Rc<Parameter>>,
    notes: &mut Vec<Note>,
) -> Result<PathTemplate, String> {
    let mut known: ParameterIndex =
        parameters.iter().enumerate().rev().map(|(i, one)| (key_of(one), i)).collect();
    let is_declared = |name: &str| {
        [ParameterIn::Path, ParameterIn::Query]
            .into_iter()
            .any(|place| known.contains_key(&(place, name.into())))
    };
    let template = PathTemplate::with_names(site.path, &is_declared)?;
    for oddity in &template.oddities {
        let (kind, message) = match oddity {
            PathRepair::NoSlash => (kind::PATH_SLASH_ADDED, "the path begins with a \"/\" in requests"),
            PathRepair::Slashes => (kind::PATH_SLASHES_DROPPED, "the path begins with one \"/\" in requests"),
            PathRepair::Fragment => {
                (kind::PATH_FRAGMENT_DROPPED, "what stands behind the \"#\" of the path is not sent")
            }
        };
        notes.push(Note::new(kind, &*site.pointer, message));
    }
    for variable in template.query_variables() {
        in_query(variable, site, (parameters, &mut known), notes);
    }
    let variables = template.variables();
    let mut undeclared = Vec::new();
    for variable in &variables {
        let find = |place: ParameterIn| known.get(&(place, variable.name.as_str().into())).copied();
        let moves = || find(ParameterIn::Query).filter(|_| template.is_in_member(&variable.name));
        match find(ParameterIn::Path).or_else(moves).map(|found| &mut parameters[found]) {
            Some(parameter) => expand(parameter, variable, &template),
            None => undeclared.push(in_path(variable, &template, site, notes)),
        }
    }
    let among: HashSet<&str> = variables.iter().map(|variable| variable.name.as_str()).collect();
    parameters.retain(|parameter| {
        let stands = parameter.place != ParameterIn::Path || among.contains(parameter.name());
        if !stands {
            let message = format!("the path has no variable \"{}\"", parameter.name());
            notes.push(Note::new(kind::PATH_PARAMETER_DROPPED, Arc::clone(&parameter.pointer), message));
        }
        stands
    });
    parameters.splice(..0, undeclared);
    Ok(template)
}

/// Writes the value of a parameter as the expression in the path says. One that brings its own separator may be absent, and so
/// may one of the query.
fn expand(parameter: &mut Rc<Parameter>, variable: &TemplateVariable, template: &PathTemplate) {
    let is_plain = variable.expansion == VariableExpansion::Simple && !variable.explode;
    let may_be_absent = variable.may_be_absent() || !template.is_in_path(&variable.name);
    if is_plain && parameter.place == ParameterIn::Path && !may_be_absent {
        return;
    }
    let wire = match parameter.place {
        ParameterIn::Path => parameter.wire().expanded(variable),
        _ => ValueSerialization::plain(ParameterStyle::Simple, false),
    };
    let required = parameter.says_required || !may_be_absent;
    *parameter = Rc::new(parameter.sent(&variable.name, ParameterIn::Path, wire, required));
}

/// Sends a variable as a parameter of the query.
fn in_query(
    QueryVariable { key, variable }: &QueryVariable,
    site: &OperationSite<'_>,
    (parameters, known): (&mut Vec<Rc<Parameter>>, &mut ParameterIndex),
    notes: &mut Vec<Note>,
) {
    let mut find = |place: ParameterIn, name: &str| known.remove(&(place, name.into()));
    let found = find(ParameterIn::Query, &variable.name)
        .or_else(|| find(ParameterIn::Path, &variable.name))
        .or_else(|| find(ParameterIn::Query, key));
    let Some(found) = found else {
        let parameter = Parameter::undeclared(&variable.name, &site.pointer);
        let wire = ValueSerialization::plain(ParameterStyle::Form, variable.explode);
        parameters.push(Rc::new(parameter.sent(key, ParameterIn::Query, wire, false)));
        notes.push(undeclared(&variable.name, site));
        return;
    };
    let parameter = &parameters[found];
    let wire = match parameter.place {
        ParameterIn::Query => parameter.wire().clone(),
        _ => ValueSerialization {
            explode: variable.explode,
            ..ValueSerialization::plain(ParameterStyle::Form, false)
        },
    };
    let required = parameter.says_required;
    parameters[found] = Rc::new(parameter.sent(key, ParameterIn::Query, wire, required));
}

/// A variable of the path that no parameter declares.
fn in_path(
    variable: &TemplateVariable,
    template: &PathTemplate,
    site: &OperationSite<'_>,
    notes: &mut Vec<Note>,
) -> Rc<Parameter> {
    notes.push(undeclared(&variable.name, site));
    let mut parameter = Rc::new(Parameter::undeclared(&variable.name, &site.pointer));
    expand(&mut parameter, variable, template);
    parameter
}

fn undeclared(name: &str, site: &OperationSite<'_>) -> Note {
    let message = format!("no parameter declares the path variable \"{name}\"; it takes any text");
    Note::new(kind::PATH_VARIABLE_UNDECLARED, &*site.pointer, message)
}
