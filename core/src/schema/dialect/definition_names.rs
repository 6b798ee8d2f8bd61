//! Names of definitions in `$defs`, derived from their location.

use crate::json::pointer;
use crate::schema::reference::Location;

/// Derives the name of a definition from its location, so that no reload renames it. A component keeps its
/// own name. Another schema gets its whole pointer, after the path of its file if it is not the first
/// document. Characters that OpenAPI does not allow in component names (`Page«Pet»`) become their code
/// point, because a reference is a URI.
pub(super) fn definition_name(location: &Location, shown: &str) -> String {
    let tokens: Vec<_> = pointer::tokens(location.pointer).collect();
    let own = match tokens.as_slice() {
        [components, schemas, name] if components == "components" && schemas == "schemas" => name.to_string(),
        [definitions, name] if definitions == "definitions" => name.to_string(),
        tokens => tokens.join("."),
    };
    let file = shown.strip_suffix(&format!("#{}", location.pointer)).filter(|_| location.document > 0);
    let name = match (file.map(stem), own.as_str()) {
        (None, "") => "document".to_owned(),
        (None, own) => own.to_owned(),
        (Some(stem), "") => stem,
        (Some(stem), own) => format!("{stem}.{own}"),
    };
    let stays = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let written = |c: char| if stays(c) { c.to_string() } else { format!("_{:x}_", u32::from(c)) };
    if name.chars().all(stays) { name } else { name.chars().map(written).collect() }
}

/// Returns `schemas.pet` for `../schemas/pet.yaml`. The whole path is needed: `schema.yaml` exists in many
/// folders.
fn stem(file: &str) -> String {
    let path = file.split_once("://").map_or(file, |(_, path)| path);
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let name = parts.collect::<Vec<_>>().join(".");
    let ending =
        path.rsplit('/').next().and_then(|last| last.rsplit_once('.')).map_or("", |(_, ending)| ending);
    match name.strip_suffix(ending).and_then(|name| name.strip_suffix('.')) {
        Some(stem) if !stem.is_empty() && !ending.is_empty() => stem.to_owned(),
        _ => name,
    }
}
