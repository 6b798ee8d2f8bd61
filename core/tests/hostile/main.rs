//! Bad documents: what refuses a document leaves everything as it was, and what is wrong in a part costs that part
//! alone.

#[expect(dead_code, reason = "tests of references use the rest")]
#[path = "../support/stage.rs"]
mod scene;

mod bounds;
mod mutated;
mod parts;
mod values;
mod whole;
