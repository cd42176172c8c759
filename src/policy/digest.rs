//! One number for everything that shapes a release.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Policy, hex, regime};
use crate::keys::KeySet;
use crate::table::TableSpec;

impl Policy {
    /// SHA-256 (hexadecimal) over every parameter that shapes the release: what is counted, over which keys,
    /// with which protection and bands. File paths and the date of publication are not part of it.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut shape = json!({
            "hushcount_policy": 1,
            "release": self.release,
            "period": self.period.ends(),
            "privacy_unit": self.privacy.unit.as_str(),
            "noise": self.noise_shape(),
            "bounds": self.privacy.applied_bounds().map(|bounds| [bounds.cells, bounds.per_cell]),
            "leave_out": self.log.leave_out,
            "tables": self.tables.iter().map(|table| table_shape(table)).collect::<Vec<_>>(),
        });
        // Here and below, what is seldom there is left out where it is not: the digests of other policies stay what they were.
        if self.log.no_duplicates {
            shape["no_duplicates"] = json!(true);
        }
        hex(&Sha256::digest(shape.to_string()))
    }

    fn noise_shape(&self) -> Value {
        let noise = self.privacy.noise;
        // For Laplace noise with declared keys delta has no meaning.
        let delta = (noise.rho().is_some() || self.selects_keys()).then_some(self.privacy.delta);
        json!([noise.mechanism(), noise.epsilon(), noise.rho(), delta])
    }
}

fn table_shape(table: &TableSpec) -> Value {
    let mut shape = json!({
        "name": table.name,
        "keys": table.dimensions.iter().map(|set| key_set_shape(set)).collect::<Vec<_>>(),
        "measures": table.measures.iter().map(|measure| measure.as_str()).collect::<Vec<_>>(),
        "total": table.total,
        "band_size": table.band_size,
        "shares": [table.share, table.measured_total().unwrap_or(0)],
        "regime": table.regime.as_ref().map(|numbers| regime::shape(numbers)),
    });
    if !table.withheld.is_nothing() {
        shape["withheld"] = json!([table.withheld.cells, table.withheld.total]);
    }
    shape
}

fn key_set_shape(set: &KeySet) -> Value {
    if set.is_private() { json!([set.column(), "private"]) } else { json!([set.column(), set.keys(), set.other()]) }
}
