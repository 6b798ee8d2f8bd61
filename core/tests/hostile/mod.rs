//! Bad documents: what refuses a document leaves everything as it was, and what is wrong in a part costs that part
//! alone.

mod bounds;
mod mutated;
mod parts;
mod values;
mod whole;
