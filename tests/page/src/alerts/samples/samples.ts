// Alerts to try Margay with. Addresses are from the ranges for documentation (RFC 5737, RFC 3849), names end in
// `.example` (RFC 2606); the shapes are those of real logs.

import { hugeAlert } from "../send/huge";
import awsRootLogin from "./aws-root-login.json?raw";
import crowdstrikeMalware from "./crowdstrike-malware.json?raw";
import githubBranchProtection from "./github-branch-protection.json?raw";
import gsuiteSuspiciousLogin from "./gsuite-suspicious-login.json?raw";
import hostile from "./hostile.json?raw";
import impossibleTravel from "./impossible-travel.json?raw";
import info from "./info.json?raw";
import oktaLockout from "./okta-lockout.json?raw";
import policyFailure from "./policy-failure.json?raw";
import ruleError from "./rule-error.json?raw";
import s3Public from "./s3-public.json?raw";
import scheduledRule from "./scheduled-rule.json?raw";
import slackExcessiveDownloads from "./slack-excessive-downloads.json?raw";
import slackSessionFingerprint from "./slack-session-fingerprint.json?raw";

export type Sample = {
  name: string;
  /** What to look at. */
  hint: string;
  /** The alert as JSON. Text, for an import of JSON as code would lose a key such as `__proto__`. */
  text: () => string;
};

export const SAMPLES: Sample[] = [
  {
    name: "Okta: user locked out",
    hint: "A plain alert of high severity: one message in each channel.",
    text: () => oktaLockout,
  },
  {
    name: "AWS: root login without MFA",
    hint: "Critical, with the CloudTrail event behind it.",
    text: () => awsRootLogin,
  },
  {
    name: "GitHub: branch protection off",
    hint: "An entry of GitHub's audit log.",
    text: () => githubBranchProtection,
  },
  {
    name: "Slack: excessive downloads",
    hint: "An anomaly that Slack itself found, as its audit log tells it.",
    text: () => slackExcessiveDownloads,
  },
  {
    name: "Slack: session fingerprint changed",
    hint: "Another anomaly of Slack's: a session on another device.",
    text: () => slackSessionFingerprint,
  },
  {
    name: "Google Workspace: suspicious login",
    hint: "With an IPv6 address.",
    text: () => gsuiteSuspiciousLogin,
  },
  {
    name: "AWS: S3 bucket made public",
    hint: "Names its destinations: in the local stack one of them exists and one does not.",
    text: () => s3Public,
  },
  {
    name: "Impossible travel",
    hint: "Found by correlation, with summary attributes that carry their values.",
    text: () => impossibleTravel,
  },
  {
    name: "CrowdStrike: malware",
    hint: "With hashes, domains and addresses to look up.",
    text: () => crowdstrikeMalware,
  },
  {
    name: "A rule that failed",
    hint: "A RULE_ERROR: about the detection, not about what it looks for.",
    text: () => ruleError,
  },
  {
    name: "Scheduled rule: unused keys",
    hint: "From a query that runs on a schedule.",
    text: () => scheduledRule,
  },
  {
    name: "Policy failure",
    hint: "A POLICY: about a resource, with no log behind it.",
    text: () => policyFailure,
  },
  {
    name: "For information",
    hint: "INFO starts as Resolved. The destinations of the local stack do not take INFO, so it goes nowhere.",
    text: () => info,
  },
  {
    name: "A huge one",
    hint: "Just under 256 KiB, the most that is taken. Slack's messages are cut, and say so.",
    text: () => JSON.stringify(hugeAlert(), null, 2),
  },
  {
    name: "A hostile one",
    hint: "Mentions, markup, links, scripts and invisible characters: all of it must stay text.",
    text: () => hostile,
  },
];
