//! The program as an operator runs it: the real binary, a data folder of its own, signals.

mod commands;
mod faults;
mod place;
mod shared;
mod usage;
mod work;
