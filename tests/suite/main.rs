//! Everything tested from outside, as one program so that polars is linked once.

mod architecture;
mod boundary;
mod canary;
mod cli;
mod counting;
mod ledger;
mod noise;
mod release;
mod support;
