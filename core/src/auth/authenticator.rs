//! The credentials of one call, from the choice to the request.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Map, json};
use url::Url;

use super::applied_credential::{AppliedCredentials, CredentialProof};
use super::call_attempt::CallAttempt;
use super::callback_answer::CallbackAnswer;
use super::credential::{Credential, CredentialFunction, CredentialText, OAuthGrant, OAuthGrantKind};
use super::credentials::Credentials;
use super::origin_binding::{OriginBinding, origin};
use super::redaction::Redaction;
use super::requirement::{AuthRefusal, AuthRequirement, AuthRequirements};
use super::secret::Secret;
use super::token::discover;
use super::token::{self, TokenRequestSender};
use super::token::{AccessToken, TokenError};
use super::token::{DocumentedEndpoint, TokenEndpoint, of_document};
use crate::error::{Error, Failure, Result};
use crate::http::Reach;
use crate::tool::{ToolCall, ToolResult, fingerprint};

/// What an operation asks for, and what there is to show.
#[derive(Clone, Default)]
pub struct Authenticator {
    requirements: AuthRequirements,
    credentials: Arc<Credentials>,
    binding: Arc<OriginBinding>,
    /// Why no call is sent where the caller says nothing of credentials, and nothing else may show one.
    refusal: Option<Arc<AuthRefusal>>,
}

impl Authenticator {
    /// A pass of one operation.
    pub const fn new(
        requirements: AuthRequirements,
        credentials: Arc<Credentials>,
        binding: Arc<OriginBinding>,
    ) -> Self {
        Self { requirements, credentials, binding, refusal: None }
    }

    /// The same where the load has nothing to show, for this reason. Each call is then `AUTH_FAILED`.
    #[must_use]
    pub fn without(self, refusal: Option<Arc<AuthRefusal>>) -> Self {
        Self { refusal, ..self }
    }

    /// Whether another one would show the same to the same.
    pub fn is_same_as(&self, other: &Self, headers: &HeaderMap) -> bool {
        // Where nothing is applied it makes no difference to whom it may be.
        let shows = self.credentials.is_given() || !headers.is_empty();
        self.requirements == other.requirements
            && self.refusal == other.refusal
            && self.credentials.is_same_as(&other.credentials)
            && (!shows || self.binding.is_same_as(&other.binding))
    }

    /// Whether somebody may have to be asked for what is applied, which takes time.
    pub fn asks(&self) -> bool {
        self.credentials.is_given()
    }

    /// What nobody may see, in every call.
    pub fn redaction(&self, headers: &HeaderMap, base: &Url) -> &Redaction {
        self.credentials.redaction(headers, base)
    }

    /// What is applied with a call, of which these tokens were refused before.
    ///
    /// # Errors
    /// `AUTH_FAILED`, and `TIMEOUT` where the time of the call is up. Nothing was sent to the API.
    pub async fn show(&self, attempt: &CallAttempt<'_>, refused: &[Secret]) -> Result<AppliedCredentials> {
        let failed = |AuthRefusal { schemes, reason }| Error::AuthFailed {
            tool: attempt.call.tool.clone(),
            schemes,
            reason: self.redaction(attempt.headers, attempt.url).text(&reason).into_owned(),
        };
        if let Some(reason) = self.credentials.forbids_headers(attempt.headers, attempt.url, &self.binding) {
            return Err(failed(AuthRefusal { schemes: vec!["headers".to_owned()], reason }));
        }
        if let Some(refusal) = &self.refusal {
            return Err(failed(AuthRefusal::clone(refusal)));
        }
        if !self.credentials.is_given() {
            return Ok(AppliedCredentials::default());
        }
        let chosen = self.requirements.choose(|name| self.credentials.get(name), attempt.headers);
        let chosen = chosen.map_err(|lacks| failed(lacks.into()))?;
        let mut applied = AppliedCredentials::default();
        for requirement in chosen {
            let refusal = |reason| failed(AuthRefusal { schemes: vec![requirement.name.clone()], reason });
            // The caller's own headers show it.
            let Some(credential) = self.credentials.get(&requirement.name) else { continue };
            if let Some(reason) = self.credentials.forbids(attempt.url, &self.binding) {
                return Err(refusal(reason));
            }
            match self.prove(requirement, credential, attempt, refused, &mut applied).await {
                Ok(()) => {}
                Err(TokenError::Refused(reason)) => return Err(refusal(reason)),
                Err(TokenError::TimedOut) => return Err(attempt.late()),
            }
        }
        Ok(applied)
    }

    async fn prove(
        &self,
        requirement: &AuthRequirement,
        credential: &Credential,
        attempt: &CallAttempt<'_>,
        refused: &[Secret],
        applied: &mut AppliedCredentials,
    ) -> Result<(), TokenError> {
        let got = |text: &CredentialText| text.get().cloned().map_err(TokenError::Refused);
        let put = |applied: &mut AppliedCredentials, proof: &CredentialProof<'_>| {
            applied.put(&requirement.scheme, proof).map_err(|wrong| {
                TokenError::Refused(format!("\"{}\" {wrong}", requirement.name.escape_debug()))
            })
        };
        match credential {
            Credential::Value(text) => put(applied, &CredentialProof::Value(&got(text)?)),
            Credential::Login { username, password } => {
                put(applied, &CredentialProof::Login(&got(username)?, &got(password)?))
            }
            Credential::OAuth(grant) => {
                let token = self.token(requirement, grant, attempt, refused).await?;
                put(applied, &CredentialProof::Value(&token.value))?;
                applied.redactions.push(token.redaction);
                applied.renewable.push(token.value);
                Ok(())
            }
            Credential::Function(function) => {
                match self.ask(requirement, function, attempt, refused).await? {
                    CallbackAnswer::Once(token) | CallbackAnswer::Kept(token) => {
                        put(applied, &CredentialProof::Value(&token.value))?;
                        applied.redactions.push(token.redaction);
                        applied.renewable.push(token.value);
                        Ok(())
                    }
                    CallbackAnswer::Login(username, password) => {
                        applied.redactions.push(Arc::new(Redaction::of([password.expose()])));
                        put(applied, &CredentialProof::Login(&username, &password))
                    }
                }
            }
        }
    }

    /// A token for a grant: the one that is kept, or a new one.
    async fn token(
        &self,
        requirement: &AuthRequirement,
        grant: &OAuthGrant,
        attempt: &CallAttempt<'_>,
        refused: &[Secret],
    ) -> Result<AccessToken, TokenError> {
        let scopes = match (&grant.scopes, &grant.kind) {
            (Some(scopes), _) => scopes.as_slice(),
            (None, OAuthGrantKind::ClientCredentials) => &requirement.scopes,
            // What was granted once is what there is: a server may give each refresh token out once.
            (None, OAuthGrantKind::RefreshToken(_)) => &[],
        };
        let key = json!(["grant", requirement.name, scopes]).to_string();
        let tokens = &self.credentials.tokens;
        tokens
            .get(&key, refused, async |refresh| {
                let sender = TokenRequestSender {
                    client: attempt.client,
                    timeout: attempt.some_left()?,
                    now: tokens.now(),
                };
                let place = self.place(requirement, grant, attempt, &sender).await?;
                let sender = TokenRequestSender { timeout: attempt.some_left()?, ..sender };
                token::token(grant, &place, refresh, scopes, &sender).await
            })
            .await
    }

    /// Where the token of a grant is got.
    async fn place(
        &self,
        requirement: &AuthRequirement,
        grant: &OAuthGrant,
        attempt: &CallAttempt<'_>,
        sender: &TokenRequestSender<'_>,
    ) -> Result<TokenEndpoint, TokenError> {
        if let Some(url) = &grant.token_url {
            return Ok(TokenEndpoint { url: url.clone(), reach: Reach::Any, client_auth: None });
        }
        let none = || "the document names no token endpoint: auth needs a tokenUrl".to_owned();
        let named = DocumentedEndpoint::by(&requirement.scheme, grant)
            .ok_or_else(none)
            .map_err(TokenError::Refused)?;
        let place = of_document(named.address(), attempt.url, attempt.reach).map_err(TokenError::Refused)?;
        if let Some(reason) = self.credentials.forbids_endpoint(&place.url, &self.binding) {
            return Err(TokenError::Refused(reason));
        }
        match named {
            DocumentedEndpoint::Url(_) => Ok(place),
            DocumentedEndpoint::Metadata(_) => discover(&place, sender).await,
        }
    }

    /// What a function of the caller's gives for this call: what it gave before where it said how long that is good, for
    /// the same user with the same metadata.
    async fn ask(
        &self,
        requirement: &AuthRequirement,
        function: &CredentialFunction,
        attempt: &CallAttempt<'_>,
        refused: &[Secret],
    ) -> Result<CallbackAnswer, TokenError> {
        let tokens = &self.credentials.tokens;
        let context = &attempt.call.context;
        let who = fingerprint::of_value(&json!([context.user_id, context.metadata]));
        let key = json!(["function", requirement.name, requirement.scopes, who]).to_string();
        if let Some(token) = tokens.kept(&key, refused) {
            return Ok(CallbackAnswer::Kept(token));
        }
        let left = attempt.some_left()?;
        let request = json!({
            "scheme": requirement.name,
            "type": requirement.kind(),
            "scopes": requirement.scopes,
            "origin": origin(attempt.url),
            "isRefused": !refused.is_empty(),
        });
        let arguments = Map::from_iter([("request".to_owned(), request)]);
        let call = ToolCall {
            id: attempt.call.id.clone(),
            revision: attempt.call.revision,
            context: context.clone(),
            ..ToolCall::own(&attempt.call.tool, arguments, function.timeout.min(left))
        };
        let said = function.executor.execute(call).await.map(ToolResult::into_value);
        let said = said.map_err(|error| match error {
            Error::ToolFailed { failure, .. } => {
                let Failure { name, message, .. } = *failure;
                TokenError::Refused(format!("the function failed: {name}: {message}"))
            }
            Error::Timeout { .. } if left <= function.timeout => TokenError::TimedOut,
            Error::Timeout { timeout_ms, .. } => {
                TokenError::Refused(format!("the function did not answer within {timeout_ms} ms"))
            }
            other => TokenError::Refused(other.to_string()),
        })?;
        let said = CallbackAnswer::read(&said, tokens.now())
            .map_err(|wrong| TokenError::Refused(format!("the function gave {wrong}")))?;
        if let CallbackAnswer::Kept(token) = &said {
            tokens.keep(&key, token.clone());
        }
        Ok(said)
    }
}
