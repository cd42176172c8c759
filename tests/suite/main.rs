//! Everything tested from outside, as one program so that polars is linked once.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::cast_precision_loss,
    reason = "a test fails by panicking, and its fixtures and numbers are small"
)]

mod architecture;
mod attack_vectors;
mod audit;
mod boundary;
mod budget;
mod canary;
mod cli;
mod counting;
mod deployment;
mod engines;
mod found;
mod gate;
mod keys;
mod languages;
mod ledger;
mod newcomer;
mod noise;
mod pages;
mod published;
mod regimes;
mod release;
mod restatement;
mod secrecy;
mod selection;
mod support;
mod template;
mod terminal;
mod vectors;
mod verify;
mod zeros;
