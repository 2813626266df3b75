//! JSON in and out. Input is read tolerantly: any dialect, any case. Output is written in the dialect of the engine.
//! No other room knows how a property is spelled.

pub mod options;
