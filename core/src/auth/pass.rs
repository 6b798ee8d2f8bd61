//! The credentials of one call, from the choice to the request.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Map, json};
use url::Url;

use super::bond::Bond;
use super::credential::{Credential, Function, Grant, GrantKind, Text};
use super::credentials::Credentials;
use super::demand::{Demand, Demands, Refusal};
use super::discovery::discover;
use super::grant::{self, Errand};
use super::place::{Named, Place, of_document};
use super::redaction::Redaction;
use super::said::Said;
use super::secret::Secret;
use super::shown::{Proof, Shown};
use super::tokens::{NoToken, Token};
use super::trip::Trip;
use crate::error::{Error, Failure, Result};
use crate::http::Reach;
use crate::tool::{ToolCall, ToolResult, fingerprint};

/// What an operation asks for, and what there is to show.
#[derive(Clone, Default)]
pub struct Pass {
    demands: Demands,
    credentials: Arc<Credentials>,
    bond: Arc<Bond>,
    /// Why no call is sent where the caller says nothing of credentials, and nothing else may show one.
    refusal: Option<Arc<Refusal>>,
}

impl Pass {
    /// A pass of one operation.
    pub const fn new(demands: Demands, credentials: Arc<Credentials>, bond: Arc<Bond>) -> Self {
        Self { demands, credentials, bond, refusal: None }
    }

    /// The same where the load has nothing to show, for this reason. Each call is then `AUTH_FAILED`.
    #[must_use]
    pub fn without(self, refusal: Option<Arc<Refusal>>) -> Self {
        Self { refusal, ..self }
    }

    /// Whether another one would show the same to the same.
    pub fn is_same_as(&self, other: &Self, headers: &HeaderMap) -> bool {
        // Where nothing is shown it makes no difference to whom it may be.
        let shows = self.credentials.is_given() || !headers.is_empty();
        self.demands == other.demands
            && self.refusal == other.refusal
            && self.credentials.is_same_as(&other.credentials)
            && (!shows || self.bond.is_same_as(&other.bond))
    }

    /// Whether somebody may have to be asked for what is shown, which takes time.
    pub fn asks(&self) -> bool {
        self.credentials.is_given()
    }

    /// What nobody may see, in every call.
    pub fn redaction(&self, headers: &HeaderMap, base: &Url) -> &Redaction {
        self.credentials.redaction(headers, base)
    }

    /// What is shown with a call, of which these tokens were refused before.
    ///
    /// # Errors
    /// `AUTH_FAILED`, and `TIMEOUT` where the time of the call is up. Nothing was sent to the API.
    pub async fn show(&self, trip: &Trip<'_>, refused: &[Secret]) -> Result<Shown> {
        let failed = |Refusal { schemes, reason }| Error::AuthFailed {
            tool: trip.call.tool.clone(),
            schemes,
            reason: self.redaction(trip.headers, trip.url).text(&reason).into_owned(),
        };
        if let Some(reason) = self.credentials.forbids_headers(trip.headers, trip.url, &self.bond) {
            return Err(failed(Refusal { schemes: vec!["headers".to_owned()], reason }));
        }
        if let Some(refusal) = &self.refusal {
            return Err(failed(Refusal::clone(refusal)));
        }
        if !self.credentials.is_given() {
            return Ok(Shown::default());
        }
        let chosen = self.demands.choose(|name| self.credentials.get(name), trip.headers);
        let chosen = chosen.map_err(|lacks| failed(lacks.into()))?;
        let mut shown = Shown::default();
        for demand in chosen {
            let refusal = |reason| failed(Refusal { schemes: vec![demand.name.clone()], reason });
            // The caller's own headers show it.
            let Some(credential) = self.credentials.get(&demand.name) else { continue };
            if let Some(reason) = self.credentials.forbids(trip.url, &self.bond) {
                return Err(refusal(reason));
            }
            match self.prove(demand, credential, trip, refused, &mut shown).await {
                Ok(()) => {}
                Err(NoToken::Refused(reason)) => return Err(refusal(reason)),
                Err(NoToken::Late) => return Err(trip.late()),
            }
        }
        Ok(shown)
    }

    async fn prove(
        &self,
        demand: &Demand,
        credential: &Credential,
        trip: &Trip<'_>,
        refused: &[Secret],
        shown: &mut Shown,
    ) -> Result<(), NoToken> {
        let got = |text: &Text| text.get().cloned().map_err(NoToken::Refused);
        let put = |shown: &mut Shown, proof: &Proof<'_>| {
            shown
                .put(&demand.scheme, proof)
                .map_err(|wrong| NoToken::Refused(format!("\"{}\" {wrong}", demand.name.escape_debug())))
        };
        match credential {
            Credential::Value(text) => put(shown, &Proof::Value(&got(text)?)),
            Credential::Login { username, password } => {
                put(shown, &Proof::Login(&got(username)?, &got(password)?))
            }
            Credential::Grant(grant) => {
                let token = self.token(demand, grant, trip, refused).await?;
                put(shown, &Proof::Value(&token.value))?;
                shown.redactions.push(token.redaction);
                shown.renewable.push(token.value);
                Ok(())
            }
            Credential::Function(function) => match self.ask(demand, function, trip, refused).await? {
                Said::Once(token) | Said::Kept(token) => {
                    put(shown, &Proof::Value(&token.value))?;
                    shown.redactions.push(token.redaction);
                    shown.renewable.push(token.value);
                    Ok(())
                }
                Said::Login(username, password) => {
                    shown.redactions.push(Arc::new(Redaction::of([password.expose()])));
                    put(shown, &Proof::Login(&username, &password))
                }
            },
        }
    }

    /// A token for a grant: the one that is kept, or a new one.
    async fn token(
        &self,
        demand: &Demand,
        grant: &Grant,
        trip: &Trip<'_>,
        refused: &[Secret],
    ) -> Result<Token, NoToken> {
        let scopes = match (&grant.scopes, &grant.kind) {
            (Some(scopes), _) => scopes.as_slice(),
            (None, GrantKind::ClientCredentials) => &demand.scopes,
            // What was granted once is what there is: a server may give each refresh token out once.
            (None, GrantKind::RefreshToken(_)) => &[],
        };
        let key = json!(["grant", demand.name, scopes]).to_string();
        let tokens = &self.credentials.tokens;
        tokens
            .get(&key, refused, async |refresh| {
                let errand = Errand { client: trip.client, timeout: trip.some_left()?, now: tokens.now() };
                let place = self.place(demand, grant, trip, &errand).await?;
                let errand = Errand { timeout: trip.some_left()?, ..errand };
                grant::token(grant, &place, refresh, scopes, &errand).await
            })
            .await
    }

    /// Where the token of a grant is got.
    async fn place(
        &self,
        demand: &Demand,
        grant: &Grant,
        trip: &Trip<'_>,
        errand: &Errand<'_>,
    ) -> Result<Place, NoToken> {
        if let Some(url) = &grant.token_url {
            return Ok(Place { url: url.clone(), reach: Reach::Any, client_auth: None });
        }
        let none = || "the document names no token endpoint: auth needs a tokenUrl".to_owned();
        let named = Named::by(&demand.scheme, grant).ok_or_else(none).map_err(NoToken::Refused)?;
        let place = of_document(named.address(), trip.url, trip.reach).map_err(NoToken::Refused)?;
        if let Some(reason) = self.credentials.forbids_endpoint(&place.url, &self.bond) {
            return Err(NoToken::Refused(reason));
        }
        match named {
            Named::Endpoint(_) => Ok(place),
            Named::Metadata(_) => discover(&place, errand).await,
        }
    }

    /// What a function of the caller's gives for this call: what it gave before where it said how long that is good, for
    /// the same user with the same metadata.
    async fn ask(
        &self,
        demand: &Demand,
        function: &Function,
        trip: &Trip<'_>,
        refused: &[Secret],
    ) -> Result<Said, NoToken> {
        let tokens = &self.credentials.tokens;
        let context = &trip.call.context;
        let who = fingerprint::of_value(&json!([context.user_id, context.metadata]));
        let key = json!(["function", demand.name, demand.scopes, who]).to_string();
        if let Some(token) = tokens.kept(&key, refused) {
            return Ok(Said::Kept(token));
        }
        let left = trip.some_left()?;
        let request = json!({
            "scheme": demand.name,
            "type": demand.kind(),
            "scopes": demand.scopes,
            "origin": super::place::origin(trip.url),
            "isRefused": !refused.is_empty(),
        });
        let arguments = Map::from_iter([("request".to_owned(), request)]);
        let call = ToolCall {
            id: trip.call.id.clone(),
            revision: trip.call.revision,
            context: context.clone(),
            ..ToolCall::own(&trip.call.tool, arguments, function.timeout.min(left))
        };
        let said = function.executor.execute(call).await.map(ToolResult::into_value);
        let said = said.map_err(|error| match error {
            Error::ToolFailed { failure, .. } => {
                let Failure { name, message, .. } = *failure;
                NoToken::Refused(format!("the function failed: {name}: {message}"))
            }
            Error::Timeout { .. } if left <= function.timeout => NoToken::Late,
            Error::Timeout { timeout_ms, .. } => {
                NoToken::Refused(format!("the function did not answer within {timeout_ms} ms"))
            }
            other => NoToken::Refused(other.to_string()),
        })?;
        let said = Said::read(&said, tokens.now())
            .map_err(|wrong| NoToken::Refused(format!("the function gave {wrong}")))?;
        if let Said::Kept(token) = &said {
            tokens.keep(&key, token.clone());
        }
        Ok(said)
    }
}
