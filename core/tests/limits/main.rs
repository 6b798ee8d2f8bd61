//! What calls may cost: how many a minute and at a time, how often they are made, how much they say.

mod admissions;
mod breaker;
mod budgets;
mod idempotency;
mod retries;
mod scene;
