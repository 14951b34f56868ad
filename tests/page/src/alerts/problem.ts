// What went wrong with a request to Margay's API, in plain words. Three can answer: Margay (application/problem+json),
// the gateway before it (`message`), and the simulator, which passes the requests on (`error`).

import type { Json } from "../simulator/types";
import { field } from "../wire/entry";

export type Problem = {
  /** 0: no answer at all. */
  status: number;
  headline: string;
  detail: string;
  /** The wrong fields, each with its rule; the name is empty for the body as a whole. */
  fields: { name: string; rule: string }[];
};

/** Thrown by requests. */
export class Failed extends Error {
  constructor(readonly problem: Problem) {
    super([problem.headline, problem.detail].filter(Boolean).join(" "));
  }
}

/** `retryAfter` is the header, if it came through. */
export function problemOf(status: number, body: string, retryAfter: string | null): Problem {
  const said = parsed(body);
  const text = (name: string) => {
    const value = field(said, name);
    return typeof value === "string" ? value : "";
  };
  const fields = fieldsOf(field(said, "errors"));
  const own = text("detail") || text("message") || text("error");
  const again = retryAfter ? `Send it again in ${retryAfter} seconds.` : "Send it again in a few seconds.";
  const problem = (headline: string, detail: string) => ({ status, headline, detail, fields });
  switch (status) {
    case 0:
      return problem("The simulator does not answer.", "Is the stack still running?");
    case 400:
      return problem("Margay does not take it.", fields.length > 0 ? "" : own);
    case 401:
    case 403:
      return problem("The stack's API key does not allow it.", own);
    case 404:
      return problem("Margay does not know it.", own);
    case 413:
      return problem("It is too large.", "An alert has at most 262,144 bytes.");
    case 429:
      return problem("Too many requests at once; nothing was done.", again);
    case 502:
      return problem("Margay's API does not answer.", own);
    case 503:
      return isOfSimulator(said)
        ? problem(
            "There is no Margay behind this simulator.",
            "The command cargo dev up starts the two together.",
          )
        : problem("Margay cannot do it now, and may not have done it.", again);
    default:
      return problem(`Margay answered with status ${status}.`, own);
  }
}

const isOfSimulator = (said: Json | undefined): boolean => typeof field(said, "error") === "string";

function fieldsOf(errors: Json | undefined): Problem["fields"] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => ({
    name: String(field(error, "field") ?? ""),
    rule: String(field(error, "rule") ?? ""),
  }));
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}
