//! The bytes of a document, from where it stands.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use http::Method;
use url::Url;

use crate::error::{Error, Result};
use crate::http::{HttpClient, HttpFault, HttpRequest, HttpResponse, Redirects};
use crate::spec::{Bytes, SpecSource};

/// What was read.
pub struct Reading {
    pub bytes: Bytes,
    /// Where it was found, where redirects led elsewhere.
    pub found: Option<Url>,
}

impl From<Vec<u8>> for Reading {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: bytes.into(), found: None }
    }
}

impl Reading {
    /// The answer to a request for an address.
    pub fn of(answer: HttpResponse, address: &Url) -> Self {
        let found = Some(answer.url).filter(|found| found != address);
        Self { bytes: answer.body.into(), found }
    }
}

/// Reads a document, up to a number of bytes.
pub async fn read(place: &SpecSource, client: &dyn HttpClient, most: usize) -> Result<Reading> {
    match place {
        SpecSource::Text(bytes) => Ok(Reading { bytes: bytes.clone(), found: None }),
        SpecSource::Path(path) => file(path, most).map(Reading::from),
        SpecSource::Url(url) => {
            let mut request = HttpRequest::new(Method::GET, url.clone());
            request.max_bytes = most;
            request.redirects = Redirects::Guarded(3);
            let location = place.location();
            let answer = client.send(request).await.map_err(|fault| match fault {
                HttpFault::TooLarge { .. } => too_long(most),
                HttpFault::Forbidden { reason } => {
                    Error::SourceForbidden { location: location.clone(), reason }
                }
                other => Error::SourceUnreadable {
                    location: location.clone(),
                    reason: other.to_string(),
                    status: None,
                },
            })?;
            match answer.status {
                200..300 => Ok(Reading::of(answer, url)),
                status => {
                    let reason = format!("the server answered {status}");
                    Err(Error::SourceUnreadable { location, reason, status: Some(status) })
                }
            }
        }
    }
}

/// Reads a file. One that is too long is not read at all, and one that grows meanwhile not to its end.
pub fn file(path: &Path, most: usize) -> Result<Vec<u8>> {
    let fault = |reason: String| Error::SourceUnreadable {
        location: path.display().to_string(),
        reason,
        status: None,
    };
    let metadata = std::fs::metadata(path).map_err(|error| fault(error.to_string()))?;
    if !metadata.is_file() {
        return Err(fault("is no file".to_owned()));
    }
    let length = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
    if length > most {
        return Err(too_long(most));
    }
    let mut bytes = Vec::with_capacity(length + 1);
    let bound = (most as u64).saturating_add(1);
    let read = File::open(path).and_then(|file| file.take(bound).read_to_end(&mut bytes));
    read.map_err(|error| fault(error.to_string()))?;
    if bytes.len() > most { Err(too_long(most)) } else { Ok(bytes) }
}

const fn too_long(limit: usize) -> Error {
    Error::LimitExceeded { what: "document bytes", limit }
}
