import { expect, test } from "vitest";
import type { WireEntry, Workspace } from "../simulator/types";
import { EVERYTHING, type Filter, filtered } from "./filter";

const workspace = {
  users: [{ id: "U1", name: "linus", real_name: "Linus Berg", display_name: null }],
  conversations: [{ id: "C1", name: "soc", kind: "public" }],
} as unknown as Workspace;

const entry = (id: number, more: Partial<WireEntry>): WireEntry => ({
  id: `w${id}`,
  at: `1795250000.00000${id}`,
  direction: "to_slack",
  method: "chat.postMessage",
  request: {},
  status: 200,
  response: { ok: true },
  took_ms: 5,
  ...more,
});

const ENTRIES = [
  entry(1, { request: { channel: "C1", text: "Root signed in" } }),
  entry(2, { method: "chat.update", status: null, fault: "lost_answer" }),
  entry(3, { direction: "to_app", method: "block_actions", request: { user: { id: "U1" } }, response: null }),
  entry(4, { method: "users.info", response: { ok: false, error: "user_not_found" } }),
];

test.each<[string, Partial<Filter>, number[]]>([
  ["nothing is asked for", {}, [1, 2, 3, 4]],
  ["a method", { text: "CHAT.UPDATE" }, [2]],
  ["a channel's name", { text: "#soc" }, [1]],
  ["a channel's id", { text: "c1" }, [1]],
  ["a person's name", { text: "linus" }, [3]],
  ["words of a body", { text: "root  signed" }, [1]],
  ["words that are not together", { text: "chat root" }, [1]],
  ["an error's code", { text: "user_not_found" }, [4]],
  ["a status", { text: "no answer" }, [2]],
  ["a fault", { text: "lost answer" }, [2]],
  ["a direction", { direction: "to_app" }, [3]],
  ["failures", { failuresOnly: true }, [2, 4]],
  ["failures of one method", { failuresOnly: true, text: "users" }, [4]],
  ["what came after a moment", { since: "1795250000.000002" }, [3, 4]],
  ["what is nowhere", { text: "nowhere" }, []],
])("the filter finds the right entries if %s", (_, filter, ids) => {
  const found = filtered(ENTRIES, { ...EVERYTHING, ...filter }, workspace);
  expect(found.map((entry) => Number(entry.id.slice(1)))).toEqual(ids);
});

test("a channel that gets another name is found under it", () => {
  const renamed = { ...workspace, conversations: [{ id: "C1", name: "den", kind: "public" }] } as Workspace;
  const named = (text: string, workspace: Workspace) => filtered(ENTRIES, { ...EVERYTHING, text }, workspace);
  expect(named("#soc", workspace)).toHaveLength(1);
  expect(named("#den", renamed)).toHaveLength(1);
  expect(named("#soc", renamed)).toHaveLength(0);
});
