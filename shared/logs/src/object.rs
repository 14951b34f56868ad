//! Rows become an object: gzip of NDJSON, under a key that follows from what it holds.
//!
//! The same rows always give the same bytes and the same key, so that writing an object again overwrites it with itself.
//! Memory is bounded by the compressed object: rows are compressed a mebibyte at a time, each as a gzip member of its
//! own. A sequence of members is a gzip file (<https://www.rfc-editor.org/rfc/rfc1952#section-2.2>).

use crate::{LogSourceId, LogType};
use jiff::Timestamp;
use libdeflater::{CompressionLvl, Compressor};
use sha2::{Digest, Sha256};
use std::fmt;

/// As many bytes of rows go into a gzip member.
pub const MEMBER_BYTES: usize = 1 << 20;

/// zlib's usual level: higher ones cost much and save little on logs.
const LEVEL: i32 = 6;

/// Turns lines into objects, one after another; its buffers are used again.
pub struct Encoder {
    compressor: Compressor,
    hash: Sha256,
    /// Rows that wait for their member.
    waiting: Vec<u8>,
    /// Where a member is made.
    member: Vec<u8>,
    gzip: Vec<u8>,
    plain_bytes: u64,
}

/// A finished object.
#[derive(Clone, PartialEq, Eq)]
pub struct Object {
    pub gzip: Vec<u8>,
    pub hash: ContentHash,
    /// Size before compression.
    pub plain_bytes: u64,
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object").field("hash", &self.hash).field("gzip_bytes", &self.gzip.len()).finish_non_exhaustive()
    }
}

/// The first half of the SHA-256 of the uncompressed lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(pub [u8; 16]);

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder").field("plain_bytes", &self.plain_bytes).finish_non_exhaustive()
    }
}

impl Encoder {
    /// An encoder with nothing in it.
    pub fn new() -> Self {
        let mut compressor = Compressor::new(CompressionLvl::new(LEVEL).unwrap_or_default());
        let member = vec![0; compressor.gzip_compress_bound(MEMBER_BYTES)];
        Self {
            compressor,
            hash: Sha256::new(),
            waiting: Vec::with_capacity(MEMBER_BYTES),
            member,
            gzip: Vec::new(),
            plain_bytes: 0,
        }
    }

    /// Takes whole lines, each with its `\n`. How they are cut into calls makes no difference to the object.
    pub fn write(&mut self, mut lines: &[u8]) {
        self.hash.update(lines);
        self.plain_bytes += lines.len() as u64;
        while !lines.is_empty() {
            let (now, later) = lines.split_at(lines.len().min(MEMBER_BYTES - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            lines = later;
            if self.waiting.len() == MEMBER_BYTES {
                self.end_member();
            }
        }
    }

    /// Bytes of lines taken since the last object was finished.
    pub fn plain_bytes(&self) -> u64 {
        self.plain_bytes
    }

    /// Whether nothing was taken since the last object was finished.
    pub fn is_empty(&self) -> bool {
        self.plain_bytes == 0
    }

    /// Ends the object and begins the next.
    pub fn finish(&mut self) -> Object {
        if !self.waiting.is_empty() || self.gzip.is_empty() {
            self.end_member();
        }
        let mut hash = [0; 16];
        hash.copy_from_slice(&self.hash.finalize_reset()[..16]);
        let plain_bytes = std::mem::take(&mut self.plain_bytes);
        Object { gzip: std::mem::take(&mut self.gzip), hash: ContentHash(hash), plain_bytes }
    }

    fn end_member(&mut self) {
        let written = self
            .compressor
            .gzip_compress(&self.waiting, &mut self.member)
            .expect("the buffer has the size that libdeflate asks for");
        self.gzip.extend_from_slice(&self.member[..written]);
        self.waiting.clear();
    }
}

/// Where an object of rows belongs: by log type, the hour of its rows' event time and source, named for what it holds,
/// as `logs/Slack.AuditLogs/2026/11/21/07/<source>/<hash>.json.gz`. `event_time` is that of any of its rows, which are
/// all of one hour.
pub fn key(log_type: LogType, event_time: Timestamp, source: &LogSourceId, hash: ContentHash) -> String {
    at("logs", log_type, event_time, source, hash)
}

/// Where an object of misfits belongs, by the hour in which they were read.
pub fn quarantine_key(log_type: LogType, parse_time: Timestamp, source: &LogSourceId, hash: ContentHash) -> String {
    at("quarantine", log_type, parse_time, source, hash)
}

fn at(prefix: &str, log_type: LogType, hour: Timestamp, source: &LogSourceId, hash: ContentHash) -> String {
    format!("{prefix}/{log_type}/{}/{source}/{hash}.json.gz", hour.strftime("%Y/%m/%d/%H"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::MultiGzDecoder;
    use proptest::prelude::*;
    use std::io::Read;

    fn encode(lines: &[&[u8]]) -> Object {
        let mut encoder = Encoder::new();
        lines.iter().for_each(|lines| encoder.write(lines));
        encoder.finish()
    }

    fn decode(gzip: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        MultiGzDecoder::new(gzip).read_to_end(&mut plain).unwrap();
        plain
    }

    fn much(bytes: usize) -> Vec<u8> {
        (0..)
            .flat_map(|n: u64| format!("{{\"n\":{}}}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).into_bytes())
            .take(bytes)
            .collect()
    }

    #[test]
    fn what_goes_in_comes_out_whatever_its_size() {
        for bytes in [0, 1, 1000, MEMBER_BYTES - 1, MEMBER_BYTES, MEMBER_BYTES + 1, 3 * MEMBER_BYTES + 7] {
            let plain = much(bytes);
            let object = encode(&[&plain]);
            assert!(decode(&object.gzip) == plain, "{bytes}");
            assert_eq!(object.plain_bytes, bytes as u64);
        }
    }

    #[test]
    fn an_encoder_begins_anew_after_each_object() {
        let mut encoder = Encoder::new();
        assert!(encoder.is_empty());
        encoder.write(&much(2 * MEMBER_BYTES));
        assert_eq!(encoder.plain_bytes(), 2 * MEMBER_BYTES as u64);
        encoder.finish();
        assert!(encoder.is_empty());
        encoder.write(b"{}\n");
        let again = encoder.finish();
        assert_eq!(again, encode(&[b"{}\n"]));
        assert_eq!(decode(&again.gzip), b"{}\n");
    }

    #[test]
    fn a_member_says_nothing_of_when_or_where_it_was_made() {
        let object = encode(&[b"{}\n"]);
        assert_eq!(object.gzip[..4], [0x1f, 0x8b, 8, 0], "no name, no comment");
        assert_eq!(object.gzip[4..8], [0; 4], "no time");
    }

    #[test]
    fn the_hash_is_the_first_half_of_sha256_of_the_lines() {
        // printf '{}\n' | sha256sum
        assert_eq!(encode(&[b"{}\n"]).hash.to_string(), "ca3d163bab055381827226140568f3be");
    }

    #[test]
    fn a_key_names_log_type_hour_source_and_content() {
        let source = LogSourceId::new("s1").unwrap();
        let hash = ContentHash([0xab; 16]);
        let at = "2026-11-21T07:59:59Z".parse().unwrap();
        assert_eq!(
            key(LogType::Audit, at, &source, hash),
            "logs/Slack.AuditLogs/2026/11/21/07/s1/abababababababababababababababab.json.gz"
        );
        assert_eq!(
            quarantine_key(LogType::Integration, at, &source, hash),
            "quarantine/Slack.IntegrationLogs/2026/11/21/07/s1/abababababababababababababababab.json.gz"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn it_makes_no_difference_how_lines_are_cut_into_calls(cuts in proptest::collection::vec(0..2_200_000_usize, 0..6)) {
            let plain = much(2_200_000);
            let mut cuts = cuts;
            cuts.sort_unstable();
            cuts.push(plain.len());
            let mut from = 0;
            let mut encoder = Encoder::new();
            for cut in cuts {
                encoder.write(&plain[from..cut]);
                from = cut;
            }
            prop_assert!(encoder.finish() == encode(&[&plain]));
        }
    }
}
