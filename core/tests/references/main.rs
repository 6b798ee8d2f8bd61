//! References: where each may lead, what it costs to follow it, and who pays when it leads nowhere.

#[path = "../support/stage.rs"]
mod scene;
#[expect(dead_code, reason = "tests of the client use the rest")]
#[path = "../support/server.rs"]
mod server;

mod addresses;
mod chains;
mod files;
mod kinds;
mod names;
