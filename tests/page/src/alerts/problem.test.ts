import { expect, test } from "vitest";
import { Failed, problemOf } from "./problem";

const said = (status: number, body: unknown, retryAfter: string | null = null) =>
  problemOf(status, JSON.stringify(body), retryAfter);

test("every wrong field is there with its rule", () => {
  const problem = said(400, {
    type: "urn:margay:problem:invalid-request",
    detail: "severity is required",
    errors: [
      { field: "severity", rule: "is required" },
      { field: "", rule: "must be a JSON object" },
    ],
  });
  expect(problem.fields).toEqual([
    { name: "severity", rule: "is required" },
    { name: "", rule: "must be a JSON object" },
  ]);
  expect(problem.detail).toBe("");
});

test("the simulator without a backend is told from a Margay that cannot do it now", () => {
  expect(said(503, { error: "no backend" }).headline).toBe("There is no Margay behind this simulator.");
  const unavailable = said(503, { type: "urn:margay:problem:unavailable", detail: "…" }, "5");
  expect(unavailable.headline).toBe("Margay cannot do it now, and may not have done it.");
  expect(unavailable.detail).toBe("Send it again in 5 seconds.");
});

test("what is throttled says when to try again, even if the header did not come through", () => {
  expect(said(429, { message: "Too Many Requests" }, "2").detail).toBe("Send it again in 2 seconds.");
  expect(said(429, {}).detail).toBe("Send it again in a few seconds.");
});

test.each([
  [0, "", "The simulator does not answer."],
  [
    403,
    { detail: "The API key lacks the permission ManageAlerts." },
    "The stack's API key does not allow it.",
  ],
  [404, { detail: 'There is no alert with the id "x".' }, "Margay does not know it."],
  [413, { message: "Request Entity Too Large" }, "It is too large."],
  [502, { error: "connection refused" }, "Margay's API does not answer."],
  [500, { message: "Internal Server Error" }, "Margay answered with status 500."],
])("status %i has plain words, whoever answered", (status, body, headline) => {
  const problem = said(status, body);
  expect(problem.headline).toBe(headline);
  expect(problem.status).toBe(status);
});

test("an answer that is no JSON has words too", () => {
  expect(problemOf(500, "<html>", null)).toMatchObject({ detail: "", fields: [] });
});

test("as an error it reads as one text", () => {
  expect(new Failed(said(413, {})).message).toBe("It is too large. An alert has at most 262,144 bytes.");
});
