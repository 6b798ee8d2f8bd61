//! The reach of a document's references: which files and addresses a `$ref` may lead to (path traversal, SSRF).
//!
//! The author of a document may be untrusted, and this machine can read files and private addresses that the author
//! cannot. A `$ref` such as `../common.yaml`, which leaves the folder of the document, is refused unless
//! `network.references.outsideFolder` is true. A private address is refused unless `network.references.hosts` names its host.

use std::path::{Path, PathBuf};

use url::Url;

use super::local_file::unreadable_reason;
use super::options::ReferencePolicy;
use crate::error::{Error, Result};
use crate::http::{Reach, is_listed_host};
use crate::spec::SpecSource;

/// The reach of one document's references.
pub struct ReferenceReach<'r> {
    policy: &'r ReferencePolicy,
    /// The document's own address.
    own_address: Option<Url>,
    /// The document's own folder, where it is a file.
    folder: Option<PathBuf>,
}

impl<'r> ReferenceReach<'r> {
    pub fn new(source: &SpecSource, policy: &'r ReferencePolicy) -> Self {
        Self { policy, own_address: source.address(), folder: source.folder() }
    }

    /// Checks the address of a reference. Gives the hosts that its request may reach.
    ///
    /// # Errors
    /// `SOURCE_FORBIDDEN` with the reason, and with the option that allows it.
    pub fn check_address(&self, target: &Url) -> Result<Reach> {
        match target.scheme() {
            "file" => self.check_file(target),
            "http" | "https" => self.check_url(target),
            other => Err(forbidden(
                target,
                &format!("the scheme \"{other}\" is not supported; use file, http or https"),
            )),
        }
    }

    /// The option that lets references lead to the host of a URL.
    pub fn hosts_advice(target: &Url) -> String {
        let (host, port) = (target.host_str().unwrap_or_default(), target.port());
        let host = port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        format!(
            "if references may lead there, load the document with network: {{ references: {{ hosts: [\"{host}\"] }} }}"
        )
    }

    /// The error of a refused address, with the option that lets it through, where there is one.
    pub fn advise(target: &Url, error: Error) -> Error {
        match error {
            // A redirect is followed to public addresses alone.
            Error::SourceForbidden { location, reason }
                if target.host_str().is_some_and(|host| reason.starts_with(host))
                    && !reason.contains(" redirect") =>
            {
                let reason = format!("{reason}; {}", Self::hosts_advice(target));
                Error::SourceForbidden { location, reason }
            }
            other => other,
        }
    }

    /// The file that a reference leads to, with symlinks resolved: a link inside the folder may lead out of it.
    ///
    /// # Errors
    /// `SOURCE_FORBIDDEN`, and `SOURCE_UNREADABLE` where the file does not exist.
    pub fn resolve_symlinks(&self, target: &Url, path: &Path) -> Result<PathBuf> {
        let unreadable = |error: &std::io::Error| Error::SourceUnreadable {
            location: path.display().to_string(),
            reason: unreadable_reason(path, error),
            status: None,
        };
        let real = path.canonicalize().map_err(|error| unreadable(&error))?;
        let folder = self.folder.as_deref().unwrap_or(&real);
        let folder = folder.canonicalize().map_err(|error| unreadable(&error))?;
        if !self.policy.outside_folder && !real.starts_with(&folder) {
            let reason = "a symlink leads out of the folder of the document; set network.references.outsideFolder to allow it";
            return Err(forbidden(target, reason));
        }
        Ok(real)
    }

    fn check_file(&self, target: &Url) -> Result<Reach> {
        // A document from the network must not read files of this machine.
        let Some(folder) = &self.folder else {
            return Err(forbidden(
                target,
                "only a document in a file may refer to files; refer to an http or https address",
            ));
        };
        let path = path_of(target)?;
        if !self.policy.outside_folder && !path.starts_with(folder) {
            let reason =
                "is outside the folder of the document; set network.references.outsideFolder to allow it";
            return Err(forbidden(target, reason));
        }
        Ok(Reach::Any)
    }

    fn check_url(&self, target: &Url) -> Result<Reach> {
        let is_same_origin = self.own_address.as_ref().is_some_and(|own| own.origin() == target.origin());
        let is_listed = is_listed_host(&self.policy.hosts, target);
        if !is_same_origin && !is_listed && !self.policy.internet {
            let reason = format!("network.references.internet is false; {}", Self::hosts_advice(target));
            return Err(forbidden(target, &reason));
        }
        let is_downgrade =
            target.scheme() == "http" && self.own_address.as_ref().is_some_and(|own| own.scheme() == "https");
        if is_downgrade {
            return Err(forbidden(target, "a document read over https may not refer to http; use https"));
        }
        Ok(if is_same_origin || is_listed { Reach::Any } else { Reach::Public })
    }
}

/// The path of a `file:` URL.
pub fn path_of(target: &Url) -> Result<PathBuf> {
    target
        .to_file_path()
        .map_err(|()| forbidden(target, "is not a path on this machine; use an absolute file URL"))
}

fn forbidden(target: &Url, reason: &str) -> Error {
    let location = SpecSource::Url(target.clone()).display_location();
    Error::SourceForbidden { location, reason: reason.to_owned() }
}
