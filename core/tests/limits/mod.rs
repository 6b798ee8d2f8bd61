//! What calls may cost: how many a minute and at a time, how often they are made, how much they say.

mod breaker;
mod decisions;
mod idempotency;
mod retries;
mod scene;
mod truncation;
