//! misfits
