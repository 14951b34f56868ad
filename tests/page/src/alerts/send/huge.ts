// The largest alert that the API takes: a title as long as a paragraph and thousands of events in its context.

import type { Json } from "../../simulator/types";
import { MAX_BYTES } from "./draft";

/** Left for the `alertId` and `createdAt` that it gets on its way. */
const ROOM = 1024;

export function hugeAlert(): Json {
  const events: Json[] = [];
  const alert = {
    id: "AWS.VPC.PortScan",
    title: `A port scan of every host of the production network: ${"198.51.100.0/24, ".repeat(40)}and more`,
    severity: "MEDIUM",
    type: "RULE",
    name: "Port scan",
    logTypes: ["AWS.VPCFlow"],
    description: `${"One host tried every port of every other. ".repeat(120)}`,
    runbook: Array.from({ length: 60 }, (_, step) => `${step + 1}. Look at host ${step + 1}.`).join("\n"),
    tags: Array.from({ length: 60 }, (_, n) => `Network:Segment-${n + 1}`),
    summaryAttributes: ["srcAddr", "dstPort"],
    alertContext: { srcAddr: "203.0.113.77", dstPort: 22, events },
  };
  const event = (n: number) => ({
    srcAddr: "203.0.113.77",
    dstAddr: `198.51.100.${n % 256}`,
    dstPort: 1 + (n % 65_535),
    action: n % 7 === 0 ? "ACCEPT" : "REJECT",
    bytes: 40 + (n % 1400),
  });
  // As it is sent: with its indentation.
  let left = MAX_BYTES - ROOM - JSON.stringify(alert, null, 2).length;
  for (let n = 0; left > 0; n++) {
    const next = event(n);
    // Six blanks before each of its seven lines, a comma and a line end behind it.
    left -= JSON.stringify(next, null, 2).length + 7 * 6 + 2;
    if (left > 0) events.push(next);
  }
  return alert;
}
