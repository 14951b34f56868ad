// Changes an alert over the REST API, as a console would, so that one sees Slack follow.

import { type FormEvent, useRef, useState } from "react";
import { useLive } from "../../simulator/live";
import * as api from "../api";
import { ProblemBox } from "../problem-box";
import { type Alert, STATUSES, type Status } from "../types";
import { useDeed } from "../use-deed";
import { STATUS } from "../words";

export function OverApi({ alert, reload }: { alert: Alert; reload: () => void }) {
  const users = useLive("users", api.users, ({ what }) => what === "backend");
  const [status, setStatus] = useState<Status>();
  const [resolution, setResolution] = useState("");
  const [assignee, setAssignee] = useState<string>();
  const [comment, setComment] = useState("");
  const deed = useDeed<string>();
  const last = useRef({ what: "", key: "" });

  /** The same once more after a failure has the same key, and so no second effect. */
  const keyOf = (what: string): string => {
    if (last.current.what !== what) last.current = { what, key: crypto.randomUUID() };
    return last.current.key;
  };
  const run = async (
    event: FormEvent,
    said: string,
    what: object,
    does: (key: string) => Promise<unknown>,
  ) => {
    event.preventDefault();
    const key = keyOf(JSON.stringify([alert.id, what]));
    const isDone = await deed.run(async () => {
      await does(key);
      return said;
    });
    if (isDone) last.current = { what: "", key: "" };
    reload();
    return isDone;
  };
  const submitStatus = async (event: FormEvent) => {
    const to = { status: status ?? alert.status, ...(resolution.trim() && { comment: resolution }) };
    const said = `The status is ${STATUS[to.status]}.`;
    if (!(await run(event, said, to, (key) => api.change(alert.id, to, key)))) return;
    setStatus(undefined);
    setResolution("");
  };
  const submitAssignee = async (event: FormEvent) => {
    const to = { assignee: (assignee ?? alert.assignee?.id) || null };
    if (await run(event, "It is assigned.", to, (key) => api.change(alert.id, to, key)))
      setAssignee(undefined);
  };
  const submitComment = async (event: FormEvent) => {
    const does = (key: string) => api.comment(alert.id, comment, key);
    if (await run(event, "The comment is there.", { comment }, does)) setComment("");
  };

  const chosen = assignee ?? alert.assignee?.id ?? "";
  const people = users.value ?? [];
  const isUnlisted = chosen !== "" && !people.some(({ id }) => id === chosen);
  return (
    <div className="over-api">
      <p className="quiet">
        Over the REST API, with the stack's key. Slack follows where a destination's two-way switches are on.
      </p>
      <form onSubmit={(event) => void submitStatus(event)}>
        <label className="field">
          Status
          <select
            value={status ?? alert.status}
            onChange={(event) => setStatus(event.target.value as Status)}
          >
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {STATUS[status]}
              </option>
            ))}
          </select>
        </label>
        <label className="field over-api-wide">
          Comment with it
          <input value={resolution} onChange={(event) => setResolution(event.target.value)} />
        </label>
        <button type="submit" className="button" disabled={deed.isRunning}>
          Set status
        </button>
      </form>
      <form onSubmit={(event) => void submitAssignee(event)}>
        <label className="field over-api-wide">
          Assignee
          <select value={chosen} onChange={(event) => setAssignee(event.target.value)}>
            <option value="">Nobody</option>
            {isUnlisted && <option value={chosen}>{alert.assignee?.name ?? chosen}</option>}
            {people.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button" disabled={deed.isRunning}>
          Assign
        </button>
      </form>
      <form onSubmit={(event) => void submitComment(event)}>
        <label className="field over-api-wide">
          Comment
          <textarea rows={2} value={comment} onChange={(event) => setComment(event.target.value)} />
        </label>
        <button type="submit" className="button" disabled={deed.isRunning || comment.trim() === ""}>
          Add comment
        </button>
      </form>
      <p role="status">{deed.isRunning ? "Sending." : deed.done}</p>
      {deed.problem && <ProblemBox problem={deed.problem} />}
    </div>
  );
}
