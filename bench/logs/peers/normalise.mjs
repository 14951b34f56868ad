// Plain Node doing Margay's work: normalise.mjs ENTRIES ROWS. Nothing but what Node brings.

import { createHash } from "node:crypto";
import { createReadStream, closeSync, openSync, writeSync } from "node:fs";
import { isIP } from "node:net";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

const [LOG_TYPE, SOURCE, LABEL, PARSE_TIME] = ["Slack.AuditLogs", "bench", "Benchmark", "2026-11-21T07:00:00Z"];
const MEMBER = 1 << 20;
const KINDS = ["user", "channel", "file", "app", "workspace", "enterprise", "workflow"];
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s.]+$/u;

class Misfit extends Error {}

const need = (value, type) => {
  if (typeof value !== type || value === null || Array.isArray(value)) throw new Misfit();
  return value;
};

const sub = (parent, field, ...required) => {
  const value = parent[field];
  if (value === undefined || value === null) return undefined;
  need(value, "object");
  for (const name of required) need(value[name], "string");
  return value;
};

const rowId = (id) => {
  const hash = createHash("sha256");
  for (const part of [LOG_TYPE, SOURCE, id]) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    hash.update(length).update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
};

// As RFC 5952 has it, for addresses of version 6.
const address = (text) => {
  const version = typeof text === "string" ? isIP(text) : 0;
  if (version === 0) return undefined;
  return version === 4 ? text : new URL(`http://[${text}]/`).hostname.slice(1, -1);
};

const sorted = (texts) => [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const normalise = (entry) => {
  need(entry, "object");
  need(entry.id, "string");
  need(entry.action, "string");
  const moment = new Date(need(entry.date_create, "number") * 1000).toISOString().replace(".000Z", "Z");
  const [actor, entity, context] = ["actor", "entity", "context"].map((field) => need(entry[field], "object"));
  need(actor.type, "string");
  need(entity.type, "string");
  const users = [sub(actor, "user", "id"), sub(entity, "user", "id")].filter(Boolean);
  for (const kind of KINDS) sub(entity, kind, "id");
  sub(context, "location", "type", "id");
  entry.date_create = moment;
  entry.p_event_time = moment;
  const ip = address(context.ip_address);
  if (ip !== undefined) entry.p_any_ip_addresses = [ip];
  const names = sorted(users.map((user) => user.name).filter(Boolean));
  const emails = sorted(users.map((user) => user.email).filter((email) => email && EMAIL.test(email)));
  if (names.length) entry.p_any_usernames = names;
  if (emails.length) entry.p_any_emails = emails;
  entry.p_log_type = LOG_TYPE;
  entry.p_row_id = rowId(entry.id);
  entry.p_parse_time = PARSE_TIME;
  entry.p_source_id = SOURCE;
  entry.p_source_label = LABEL;
  return entry;
};

const [source, target] = process.argv.slice(2);
const output = openSync(target, "w");
const content = createHash("sha256");
let [waiting, size, rows, misfits] = [[], 0, 0, 0];
const member = () => {
  const text = Buffer.from(waiting.join(""));
  content.update(text);
  writeSync(output, gzipSync(text, { level: 6 }));
  [waiting, size] = [[], 0];
};
for await (const line of createInterface({ input: createReadStream(source, { highWaterMark: 1 << 18 }) })) {
  let row;
  try {
    row = `${JSON.stringify(normalise(JSON.parse(line)))}\n`;
  } catch (error) {
    if (!(error instanceof Misfit || error instanceof SyntaxError || error instanceof RangeError)) throw error;
    misfits += 1;
    continue;
  }
  rows += 1;
  waiting.push(row);
  size += row.length;
  if (size >= MEMBER) member();
}
if (size > 0) member();
closeSync(output);
const { user, system } = process.cpuUsage();
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ rows, misfits, cpu: (user + system) / 1e6, peak }));
