//! Array items: `prefixItems` and `items`.

use serde_json::Value;

use super::compared_pair::{ComparedPair, PartsPair};
use super::comparer::Comparer;
use super::merged_schema::{MergedSchema, SchemaPart, SchemaParts};

impl<'v> Comparer<'v> {
    pub fn arrays(&mut self, pair: &ComparedPair<'_, 'v>) {
        let ComparedPair { old, new, path, .. } = *pair;
        let named = |view: &MergedSchema<'v>| {
            let lists = view.held("prefixItems").filter_map(Value::as_array);
            lists.map(Vec::len).max().unwrap_or_default()
        };
        let longest = |view: &MergedSchema<'v>| {
            view.held("maxItems").filter_map(Value::as_f64).fold(f64::INFINITY, f64::min)
        };
        let (count, most) = (named(old).max(named(new)), longest(old));
        let prefix = path.key("prefixItems");
        for index in 0..count {
            #[expect(clippy::cast_precision_loss, reason = "a list of schemas is short")]
            if index as f64 >= most {
                return;
            }
            self.compare(
                PartsPair::new(&item(old, Some(index)), &item(new, Some(index))),
                &prefix.index(index),
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "a list of schemas is short")]
        if (count as f64) < most {
            self.compare(PartsPair::new(&item(old, None), &item(new, None)), &path.key("items"));
        }
    }
}

/// Returns the schemas of the item at `index`, or of all items beyond `prefixItems`.
fn item<'v>(view: &MergedSchema<'v>, index: Option<usize>) -> SchemaParts<'v> {
    let own = |(node, _): &(&'v serde_json::Map<String, Value>, _)| {
        let named = index.and_then(|index| node.get("prefixItems")?.as_array()?.get(index));
        named.or_else(|| node.get("items")).map(SchemaPart::Whole)
    };
    view.nodes.iter().filter_map(own).collect()
}
