//! From a definition to what one model provider takes, and from what the model answers back.
//!
//! Every provider refuses a whole request for one tool that breaks its rules, and each has rules of its own. A tool's
//! schema is brought into one form (`Canonical`), written by the target's table of what becomes of each keyword
//! (`Rules`), and what comes out is checked by the target's table of what it refuses (`Rule`), each rule
//! with its source. What is changed on the way is told by [`Diagnostic`]s: what only widens what a model may send is safe,
//! because the call is judged by the tool's own schema all the same. What a target would refuse does not go out to it.

mod check;
mod diagnostic;
mod exchange;
mod provider;
mod request;
mod rewrite;
mod targets;

pub use diagnostic::{Diagnostic, RewriteChange, TargetFinding, Weight, change, refusal};
pub use exchange::attached_file::Attachment;
pub use exchange::messages::fault;
pub use exchange::provider_call::ProviderCall;
pub use provider::mcp_revision::McpRevision;
pub use request::render_cache::{RenderCache, RenderedTool};
pub use request::rendering::{TargetForm, ToolRendering};
pub use request::tool_offer::{
    DeliveryOptions, JudgedTool, OfferCandidate, OfferReport, OfferedTool, ToolOffer,
};
pub use targets::{Strict, Target};
