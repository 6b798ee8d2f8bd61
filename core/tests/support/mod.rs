//! What several tests use.

pub mod changing;
pub mod comparisons;
pub mod dice;
pub mod doorman;
pub mod effects;
pub mod heard;
pub mod homes;
pub mod idle;
pub mod ledger;
pub mod model;
pub mod proofs;
pub mod recorder;
pub mod sampler;
pub mod scene;
pub mod schemas;
pub mod searching;
pub mod server;
pub mod shown;
pub mod specs;
pub mod stage;
pub mod target_vectors;
pub mod texts;
pub mod tool_set_scene;
pub mod trip;
pub mod unions;
pub mod versions;
