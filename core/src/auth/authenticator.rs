//! Authentication of one call: from the choice of a security alternative to the credentials on the request.

use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Map, json};
use url::Url;

use super::applied_credential::{AppliedCredentials, CredentialProof};
use super::auth_context::AuthContext;
use super::callback_answer::CallbackAnswer;
use super::credential::{Credential, CredentialFunction, OAuthGrant, OAuthGrantKind};
use super::origin_binding::{OriginBinding, origin};
use super::redaction::SecretRedactor;
use super::requirement::{AuthRefusal, AuthRequirement, AuthRequirements};
use super::secret::Secret;
use super::source_credentials::Credentials;
use super::token::{
    AccessToken, DocumentedEndpoint, TokenEndpoint, TokenError, TokenRequest, TokenRequestSender,
    discover_endpoint, documented_endpoint,
};
use crate::error::{Error, Failure, Result};
use crate::http::Reach;
use crate::tool::{ToolCall, ToolResult, fingerprint};

/// Authenticates the calls of one operation: its requirements, and the credentials that the caller gives.
#[derive(Clone, Default)]
pub struct Authenticator {
    requirements: AuthRequirements,
    credentials: Arc<Credentials>,
    binding: Arc<OriginBinding>,
    /// Why no call is sent: the load has no credentials, and nothing else may carry one.
    refusal: Option<Arc<AuthRefusal>>,
}

/// One scheme that a call has to satisfy.
struct SchemeRequest<'r> {
    requirement: &'r AuthRequirement,
    context: &'r AuthContext<'r>,
    /// Tokens that the API refused with 401 during this call.
    refused: &'r [Secret],
}

/// The credential of one scheme, ready to be applied.
enum AcquiredCredential {
    /// A key or a token that the caller gave.
    Value(Secret),
    /// A token that can be renewed once.
    Renewable(AccessToken),
    /// A user name and a password that the caller gave.
    Login(Secret, Secret),
    /// The same from a credential function, with what hides the password.
    CallbackLogin(Secret, Secret, Arc<SecretRedactor>),
}

impl Authenticator {
    /// Authenticates one operation.
    pub const fn new(
        requirements: AuthRequirements,
        credentials: Arc<Credentials>,
        binding: Arc<OriginBinding>,
    ) -> Self {
        Self { requirements, credentials, binding, refusal: None }
    }

    /// Refuses each call with `AUTH_FAILED` for this reason: the load has no credentials.
    #[must_use]
    pub fn with_refusal(self, refusal: Option<Arc<AuthRefusal>>) -> Self {
        Self { refusal, ..self }
    }

    /// Whether another authenticator sends the same credentials to the same origins.
    pub fn is_same_as(&self, other: &Self, headers: &HeaderMap) -> bool {
        // An origin binding makes no difference where nothing is sent that it guards.
        let sends = self.credentials.is_given() || !headers.is_empty();
        self.requirements == other.requirements
            && self.refusal == other.refusal
            && self.credentials.is_same_as(&other.credentials)
            && (!sends || self.binding.is_same_as(&other.binding))
    }

    /// Whether a token endpoint or a credential function may have to be asked, which takes time.
    pub fn may_wait(&self) -> bool {
        self.credentials.is_given()
    }

    /// The secrets of every call: the caller's credentials, headers, and the password of the base URL.
    pub fn redaction(&self, headers: &HeaderMap, base: &Url) -> &SecretRedactor {
        self.credentials.redaction(headers, base)
    }

    /// Acquires the credentials of a call. `refused` are tokens that the API refused before: they are not used again.
    ///
    /// # Errors
    /// `AUTH_FAILED`, and `TIMEOUT` where the deadline of the call passes. Nothing was sent to the API.
    pub async fn acquire(&self, context: &AuthContext<'_>, refused: &[Secret]) -> Result<AppliedCredentials> {
        let failed = |AuthRefusal { schemes, reason }| Error::AuthFailed {
            tool: context.call.tool.clone(),
            schemes,
            reason: self.redaction(context.headers, context.url).redact_text(&reason).into_owned(),
        };
        if let Some(reason) = self.credentials.header_refusal(context.headers, context.url, &self.binding) {
            return Err(failed(AuthRefusal { schemes: vec!["headers".to_owned()], reason }));
        }
        if let Some(refusal) = &self.refusal {
            return Err(failed(AuthRefusal::clone(refusal)));
        }
        if !self.credentials.is_given() {
            return Ok(AppliedCredentials::default());
        }
        let chosen = self.requirements.choose(|name| self.credentials.get(name), context.headers);
        let chosen = chosen.map_err(|missing| failed(AuthRefusal::of_missing(&missing)))?;
        let mut applied = AppliedCredentials::default();
        for requirement in chosen {
            let refusal = |reason| failed(AuthRefusal { schemes: vec![requirement.name.clone()], reason });
            // The caller's own headers satisfy a scheme without a credential.
            let Some(credential) = self.credentials.get(&requirement.name) else { continue };
            if let Some(reason) = self.credentials.credential_refusal(context.url, &self.binding) {
                return Err(refusal(reason));
            }
            let request = SchemeRequest { requirement, context, refused };
            let acquired = self.acquire_credential(&request, credential).await;
            match acquired.and_then(|acquired| apply(&mut applied, requirement, acquired)) {
                Ok(()) => {}
                Err(TokenError::Refused(reason)) => return Err(refusal(requirement.advise(reason))),
                Err(TokenError::TimedOut) => return Err(context.timeout_error()),
            }
        }
        Ok(applied)
    }

    async fn acquire_credential(
        &self,
        request: &SchemeRequest<'_>,
        credential: &Credential,
    ) -> Result<AcquiredCredential, TokenError> {
        Ok(match credential {
            Credential::Value(text) => {
                AcquiredCredential::Value(text.get().cloned().map_err(TokenError::Refused)?)
            }
            Credential::Login { username, password } => {
                let username = username.get().cloned().map_err(TokenError::Refused)?;
                AcquiredCredential::Login(username, password.get().cloned().map_err(TokenError::Refused)?)
            }
            Credential::OAuth(grant) => AcquiredCredential::Renewable(self.token(request, grant).await?),
            Credential::Function(function) => match self.ask_function(request, function).await? {
                CallbackAnswer::Once(token) | CallbackAnswer::Kept(token) => {
                    AcquiredCredential::Renewable(token)
                }
                CallbackAnswer::Login(username, password) => {
                    let redaction = Arc::new(SecretRedactor::new([password.expose()]));
                    AcquiredCredential::CallbackLogin(username, password, redaction)
                }
            },
        })
    }

    /// The access token of a grant, from the cache or from its token endpoint.
    async fn token(
        &self,
        request: &SchemeRequest<'_>,
        grant: &OAuthGrant,
    ) -> Result<AccessToken, TokenError> {
        let SchemeRequest { requirement, context, refused } = *request;
        let scopes = match (&grant.scopes, &grant.kind) {
            (Some(scopes), _) => scopes.as_slice(),
            (None, OAuthGrantKind::ClientCredentials) => &requirement.scopes,
            // A refresh token has the scopes of its first grant; a server may accept each refresh token once.
            (None, OAuthGrantKind::RefreshToken(_)) => &[],
        };
        let key = json!(["grant", requirement.name, scopes]).to_string();
        let cache = &self.credentials.tokens;
        cache
            .get_or_fetch(&key, refused, async |refresh| {
                let client = context.client;
                let sender =
                    TokenRequestSender { client, timeout: context.require_time_left()?, now: cache.now() };
                let endpoint = self.token_endpoint(request, grant, &sender).await?;
                let sender = TokenRequestSender { timeout: context.require_time_left()?, ..sender };
                TokenRequest { grant, endpoint: &endpoint, refresh, scopes }.send(&sender).await
            })
            .await
    }

    /// The token endpoint of a grant: the caller's, else the document's, else that of the provider's metadata.
    async fn token_endpoint(
        &self,
        request: &SchemeRequest<'_>,
        grant: &OAuthGrant,
        sender: &TokenRequestSender<'_>,
    ) -> Result<TokenEndpoint, TokenError> {
        if let Some(url) = &grant.token_url {
            return Ok(TokenEndpoint { url: url.clone(), reach: Reach::Any, client_auth: None });
        }
        let none = || "the document names no token endpoint: set tokenUrl in auth".to_owned();
        let documented = DocumentedEndpoint::of_scheme(&request.requirement.scheme, grant);
        let documented = documented.ok_or_else(none).map_err(TokenError::Refused)?;
        let AuthContext { url: api, reach, .. } = *request.context;
        let endpoint = documented_endpoint(documented.address(), api, reach).map_err(TokenError::Refused)?;
        if let Some(reason) = self.credentials.endpoint_refusal(&endpoint.url, &self.binding) {
            return Err(TokenError::Refused(reason));
        }
        match documented {
            DocumentedEndpoint::Url(_) => Ok(endpoint),
            DocumentedEndpoint::Metadata(_) => discover_endpoint(&endpoint, sender).await,
        }
    }

    /// Asks the caller's credential function. A token with an expiry is cached for the same user and metadata.
    async fn ask_function(
        &self,
        request: &SchemeRequest<'_>,
        function: &CredentialFunction,
    ) -> Result<CallbackAnswer, TokenError> {
        let SchemeRequest { requirement, context, refused } = *request;
        let cache = &self.credentials.tokens;
        let caller = &context.call.context;
        let who = fingerprint::of_value(&json!([caller.user_id, caller.metadata]));
        let key = json!(["function", requirement.name, requirement.scopes, who]).to_string();
        if let Some(token) = cache.usable_token(&key, refused) {
            return Ok(CallbackAnswer::Kept(token));
        }
        let left = context.require_time_left()?;
        let question = json!({
            "scheme": requirement.name,
            "type": requirement.kind(),
            "scopes": requirement.scopes,
            "origin": origin(context.url),
            "isRefused": !refused.is_empty(),
        });
        let arguments = Map::from_iter([("request".to_owned(), question)]);
        let call = ToolCall {
            id: context.call.id.clone(),
            revision: context.call.revision,
            context: caller.clone(),
            ..ToolCall::own(&context.call.tool, arguments, function.timeout.min(left))
        };
        let answer = function.executor.execute(call).await.map(ToolResult::into_value);
        let answer = answer.map_err(|error| function_error(error, left <= function.timeout))?;
        let answer = CallbackAnswer::read(&answer, cache.now())
            .map_err(|wrong| {
                TokenError::Refused(format!(
                    "the credential function returned {wrong}: return a string, {{ token, expiresAt? }} or {{ username, password }}"
                ))
            })?;
        if let CallbackAnswer::Kept(token) = &answer {
            cache.insert(&key, token.clone());
        }
        Ok(answer)
    }
}

/// Applies the credential of one scheme.
fn apply(
    applied: &mut AppliedCredentials,
    requirement: &AuthRequirement,
    acquired: AcquiredCredential,
) -> Result<(), TokenError> {
    let proof = match &acquired {
        AcquiredCredential::Value(value) => CredentialProof::Value(value),
        AcquiredCredential::Renewable(token) => CredentialProof::Value(&token.value),
        AcquiredCredential::Login(username, password)
        | AcquiredCredential::CallbackLogin(username, password, _) => {
            CredentialProof::Login(username, password)
        }
    };
    applied
        .add(&requirement.scheme, &proof)
        .map_err(|wrong| TokenError::Refused(format!("\"{}\" {wrong}", requirement.name.escape_debug())))?;
    match acquired {
        AcquiredCredential::Renewable(token) => {
            applied.redactions.push(token.redaction);
            applied.renewable.push(token.value);
        }
        AcquiredCredential::CallbackLogin(_, _, redaction) => applied.redactions.push(redaction),
        AcquiredCredential::Value(_) | AcquiredCredential::Login(..) => {}
    }
    Ok(())
}

/// The error of a credential function. `is_call_over`: its timeout was the rest of the call's own.
fn function_error(error: Error, is_call_over: bool) -> TokenError {
    match error {
        Error::ToolFailed { failure, .. } => {
            let Failure { name, message, .. } = *failure;
            TokenError::Refused(format!("the credential function failed: {name}: {message}"))
        }
        Error::Timeout { .. } if is_call_over => TokenError::TimedOut,
        Error::Timeout { timeout_ms, .. } => {
            TokenError::Refused(format!("the credential function did not answer within {timeout_ms} ms"))
        }
        other => TokenError::Refused(other.to_string()),
    }
}
