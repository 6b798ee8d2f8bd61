//! Argument places: where each parameter of an HTTP tool goes, by the key `in`, the endpoint and the method.

use std::sync::Arc;

use http::{HeaderName, Method};
use serde_json::Value;

use super::http_tool_reader::HttpToolReader;
use super::request_place::RequestPlace;
use super::taken_places::TakenPlaces;
use super::tool_arguments::{ToolArgument, ToolArguments};
use crate::error::{Problem, describe_unknown, excerpt};
use crate::exec::{ContextKey, ContextText};
use crate::json::{HashMap, HashSet, pointer};
use crate::spec::{
    Argument, ArgumentLocation, ParameterIn, ParameterStyle, PathTemplate, QueryVariable, ValueSerialization,
    is_reserved,
};

/// An entry of the key `in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenPlace {
    pub place: RequestPlace,
    /// The name in the request, where it differs.
    pub name: Option<String>,
}

/// Reads the key `in`: a place for each parameter, or `{ in, name }`.
pub fn read_given_places(
    reader: &mut HttpToolReader<'_>,
    declared: &ToolArguments,
) -> HashMap<String, GivenPlace> {
    let mut places = HashMap::default();
    for (parameter, value) in reader.members("in") {
        if !declared.has(parameter) {
            let hint = nearest_hint(parameter, declared, reader);
            reader.add_member("in", parameter, format!("is no parameter of this tool{hint}"));
            continue;
        }
        match parse_place(value, &pointer::push("/in", parameter)) {
            Ok(place) => drop(places.insert(parameter.to_owned(), place)),
            Err(problem) => reader.extend([problem]),
        }
    }
    places
}

fn parse_place(value: &Value, at: &str) -> Result<GivenPlace, Problem> {
    let word = |value: Option<&Value>, at: String| {
        let text = value.and_then(Value::as_str).unwrap_or_default();
        RequestPlace::parse(text).ok_or_else(|| Problem::at(at, describe_unknown(text, &RequestPlace::WORDS)))
    };
    let Value::Object(members) = value else {
        return Ok(GivenPlace { place: word(Some(value), at.to_owned())?, name: None });
    };
    if let Some(key) = members.keys().find(|key| !["in", "name"].contains(&key.as_str())) {
        return Err(Problem::at(pointer::push(at, key), describe_unknown(key, &["in", "name"])));
    }
    let name = match members.get("name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) if !name.is_empty() => Some(name.clone()),
        Some(_) => return Err(Problem::at(pointer::push(at, "name"), "must be a name in the request")),
    };
    Ok(GivenPlace { place: word(members.get("in"), pointer::push(at, "in"))?, name })
}

/// Decides where parameters go.
pub struct ArgumentPlacing<'p> {
    pub template: &'p PathTemplate,
    pub method: &'p Method,
    pub given: &'p HashMap<String, GivenPlace>,
}

/// Where one parameter goes: a place, the name there, and how it is serialized.
struct ChosenPlace {
    place: RequestPlace,
    name: String,
    location: ArgumentLocation,
}

impl ArgumentPlacing<'_> {
    /// The location of each parameter.
    pub fn place_all(
        &self,
        declared: &ToolArguments,
        taken: &mut TakenPlaces,
        reader: &mut HttpToolReader<'_>,
    ) -> Vec<Arc<Argument>> {
        let mut arguments = Vec::with_capacity(declared.iter().len());
        let mut failed: HashSet<&str> = HashSet::default();
        for parameter in declared.iter() {
            let giver = format!("the parameter \"{}\"", excerpt(&parameter.name).escape_debug());
            let chosen = self.choose(parameter).and_then(|chosen| {
                if chosen.place == RequestPlace::Cookie && taken.has(RequestPlace::Header, "cookie") {
                    return Err(
                        "goes to a cookie, and headers has all of Cookie: leave one of them out".to_owned()
                    );
                }
                taken.take(chosen.place, &chosen.name, &giver)?;
                Ok(chosen)
            });
            match chosen {
                Ok(ChosenPlace { location, .. }) => {
                    let name = parameter.name.as_str().into();
                    arguments.push(Arc::new(Argument { name, group: None, location }));
                }
                Err(message) => {
                    failed.insert(&parameter.name);
                    if self.given.contains_key(&parameter.name) {
                        reader.add_member("in", &parameter.name, message);
                    } else {
                        reader.add(parameter.pointer.clone(), message);
                    }
                }
            }
        }
        let unfilled = self.unfilled_variables(taken).into_iter().filter(|name| !failed.contains(name));
        unfilled.for_each(|name| self.report_unfilled(name, declared, reader));
        arguments
    }

    /// The values of the context that the endpoint names: `{context.userId}`.
    pub fn take_context_variables(
        &self,
        taken: &mut TakenPlaces,
        reader: &mut HttpToolReader<'_>,
    ) -> Vec<(ArgumentLocation, ContextText)> {
        let in_path = self.template.variables().into_iter().map(|variable| variable.name.as_str());
        let in_query = self.template.query_variables().iter().map(|one| one.variable.name.as_str());
        let mut found = Vec::new();
        for name in in_path.chain(in_query).filter(|name| is_context_name(name)) {
            match (ContextKey::parse(name), self.variable_place(name)) {
                (Ok(key), Some(ChosenPlace { place, name: sent, location })) => {
                    let outcome = taken.take(place, &sent, &format!("{{{name}}} of the endpoint"));
                    if let Err(message) = outcome {
                        reader.add("/endpoint", message);
                    }
                    found.push((location, ContextText::of_key(key)));
                }
                (Err(message), _) => reader.add("/endpoint", message),
                (Ok(_), None) => {}
            }
        }
        found
    }

    fn choose(&self, parameter: &ToolArgument) -> Result<ChosenPlace, String> {
        let given = self.given.get(&parameter.name);
        let sent = given.and_then(|given| given.name.as_ref()).unwrap_or(&parameter.name);
        let place = match given.map(|given| given.place) {
            Some(RequestPlace::Path) => {
                let none = format!("goes nowhere: the endpoint has no variable {{{sent}}}");
                let chosen = self.variable_place(sent).ok_or(none)?;
                return self.check_required(parameter, chosen);
            }
            Some(place) => place,
            None => match self.variable_place(sent) {
                Some(chosen) => return self.check_required(parameter, chosen),
                None if has_body(self.method) => RequestPlace::Body,
                None => RequestPlace::Query,
            },
        };
        check_name(place, sent)?;
        if place == RequestPlace::Body && !may_have_body(self.method) {
            let method = self.method;
            return Err(format!(
                "goes to the body, and {method} has none: send it in the query, or use POST"
            ));
        }
        Ok(ChosenPlace { place, name: sent.clone(), location: place.location(sent) })
    }

    /// The place of a variable of the endpoint.
    fn variable_place(&self, name: &str) -> Option<ChosenPlace> {
        if let Some(variable) = self.template.variable(name) {
            let wire = ValueSerialization::plain(ParameterStyle::Simple, false).expanded(variable);
            let location = ArgumentLocation::Parameter { name: name.into(), place: ParameterIn::Path, wire };
            return Some(ChosenPlace { place: RequestPlace::Path, name: name.to_owned(), location });
        }
        // They are sorted by the names of their variables.
        let in_query = self.template.query_variables();
        let found = in_query.binary_search_by(|one| one.variable.name.as_str().cmp(name)).ok()?;
        let QueryVariable { key, .. } = &in_query[found];
        Some(ChosenPlace {
            place: RequestPlace::Query,
            name: key.clone(),
            location: RequestPlace::Query.location(key),
        })
    }

    fn check_required(&self, parameter: &ToolArgument, chosen: ChosenPlace) -> Result<ChosenPlace, String> {
        let variable = self.template.variable(&chosen.name).filter(|_| chosen.place == RequestPlace::Path);
        let is_needed = self.template.is_in_path(&chosen.name)
            && variable.is_some_and(|variable| !variable.may_be_absent());
        if is_needed && !parameter.is_always_given {
            return Err("fills the path, so it must be required, or have a default".to_owned());
        }
        Ok(chosen)
    }

    /// The variables of the endpoint that neither a parameter nor the context fills.
    fn unfilled_variables(&self, taken: &TakenPlaces) -> Vec<&str> {
        let path =
            self.template.variables().into_iter().map(|one| (RequestPlace::Path, &one.name, &one.name));
        let query = self.template.query_variables().iter();
        let query = query.map(|one| (RequestPlace::Query, &one.key, &one.variable.name));
        let unfilled = path.chain(query).filter(|(place, sent, _)| !taken.has(*place, sent));
        unfilled.map(|(_, _, name)| name.as_str()).filter(|name| !is_context_name(name)).collect()
    }

    fn report_unfilled(&self, name: &str, declared: &ToolArguments, reader: &mut HttpToolReader<'_>) {
        let shown = excerpt(name).escape_debug().to_string();
        if let Some(given) = self.given.get(name) {
            let place = given.place.as_str();
            let message = format!(
                "goes to the {place}, and {{{shown}}} of the endpoint has no value: leave it out of in"
            );
            return reader.add_member("in", name, message);
        }
        let hint = nearest_hint(name, declared, reader);
        let message =
            format!("has the variable {{{shown}}}, which no parameter fills: add it to parameters{hint}");
        reader.add("/endpoint", message);
    }
}

/// The hint at the nearest parameter: `; nearest: id`.
fn nearest_hint(name: &str, declared: &ToolArguments, reader: &HttpToolReader<'_>) -> String {
    if reader.has_few_problems() { declared.nearest_hint(name) } else { String::new() }
}

/// Whether parameters go to the body by default. Source: RFC 9110, section 9.3.
pub fn has_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

/// Whether a request of this method may have a body at all.
pub fn may_have_body(method: &Method) -> bool {
    has_body(method) || *method == Method::DELETE
}

fn is_context_name(name: &str) -> bool {
    name == "context" || name.starts_with("context.")
}

/// Checks the name of a parameter in the request.
fn check_name(place: RequestPlace, name: &str) -> Result<(), String> {
    let shown = excerpt(name).escape_debug().to_string();
    match place {
        RequestPlace::Header if HeaderName::try_from(name).is_err() => Err(format!(
            "goes to a header, and \"{shown}\" is no header name: write {{ in: \"header\", name }}"
        )),
        RequestPlace::Header if is_reserved(name) => Err(format!(
            "goes to the header \"{shown}\", which no argument may set: use headers, auth or contentType"
        )),
        RequestPlace::Cookie
            if name.contains(|c: char| c == '=' || c == ';' || c.is_whitespace() || c.is_control()) =>
        {
            Err(format!(
                "goes to a cookie, and \"{shown}\" is no cookie name: write {{ in: \"cookie\", name }}"
            ))
        }
        _ => Ok(()),
    }
}
