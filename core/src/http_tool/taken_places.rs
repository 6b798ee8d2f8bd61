//! Taken places: which value goes to which place of a request, so that two values of one place are an error.

use crate::error::excerpt;
use crate::json::HashMap;

use super::request_place::RequestPlace;

/// The places that have a value, each with what gives it.
#[derive(Default)]
pub struct TakenPlaces(HashMap<(RequestPlace, String), String>);

impl TakenPlaces {
    /// Takes a place; `giver` says what gives its value: `the parameter "id"`.
    ///
    /// # Errors
    /// The message that another value has the place.
    pub fn take(&mut self, place: RequestPlace, name: &str, giver: &str) -> Result<(), String> {
        // Header names have no case.
        let key = if place == RequestPlace::Header { name.to_ascii_lowercase() } else { name.to_owned() };
        if let Some(holder) = self.0.get(&(place, key.clone())) {
            let (place, name) = (place.as_str(), excerpt(name).escape_debug().to_string());
            return Err(format!("goes to {place} \"{name}\", and so does {holder}: leave one of them out"));
        }
        self.0.insert((place, key), giver.to_owned());
        Ok(())
    }

    /// Whether a place has a value.
    pub fn has(&self, place: RequestPlace, name: &str) -> bool {
        self.0.contains_key(&(place, name.to_owned()))
    }

    /// Whether anything goes to a kind of place.
    pub fn has_any(&self, place: RequestPlace) -> bool {
        self.0.keys().any(|(taken, _)| *taken == place)
    }
}
