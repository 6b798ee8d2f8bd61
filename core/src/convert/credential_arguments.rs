//! Arguments that a credential of the load sends already, such as an API key header: the model does not see them.

use std::sync::Arc;

use crate::auth::{AuthRequirements, Credentials};
use crate::schema::{Note, kind};
use crate::spec::{Argument, ArgumentLocation, Arguments, OperationSite, ParameterIn, SecurityScheme};

/// Removes arguments that a credential sends, with a note.
pub fn hide_credential_arguments(
    mut arguments: Arguments,
    requirements: &AuthRequirements,
    auth: &Credentials,
    site: &OperationSite<'_>,
) -> (Arguments, Option<Note>) {
    let is_credential = |argument: &Arc<Argument>| {
        let configured = requirements.all().filter(|requirement| auth.has(&requirement.name));
        configured.into_iter().any(|requirement| {
            is_sent_by(&requirement.scheme, &argument.location)
                || (!matches!(requirement.scheme, SecurityScheme::ApiKey { .. })
                    && is_authorization_header(&argument.location))
        })
    };
    let indexes: Vec<usize> =
        (0..arguments.map.len()).filter(|index| is_credential(&arguments.map[*index])).collect();
    let hidden = arguments.remove(&indexes).iter().map(ArgumentLocation::show).collect::<Vec<_>>().join(", ");
    let message = format!("{hidden} is sent by the option auth; the model does not see it");
    let note = (!hidden.is_empty()).then(|| Note::new(kind::PARAMETER_HIDDEN, &*site.pointer, message));
    (arguments, note)
}

/// Whether an argument is sent where the API key of a scheme goes. Names of headers are case-insensitive (RFC 9110, section 5.1).
pub fn is_sent_by(scheme: &SecurityScheme, location: &ArgumentLocation) -> bool {
    let SecurityScheme::ApiKey { place: key_place, name: key } = scheme else { return false };
    let ArgumentLocation::Parameter { name, place, .. } = location else { return false };
    place == key_place
        && if *place == ParameterIn::Header { key.eq_ignore_ascii_case(name) } else { *key == **name }
}

fn is_authorization_header(location: &ArgumentLocation) -> bool {
    matches!(location, ArgumentLocation::Parameter { name, place: ParameterIn::Header, .. }
        if name.eq_ignore_ascii_case("authorization"))
}
