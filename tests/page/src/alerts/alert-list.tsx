// The alerts that Margay has, the newest first.

import { useRef, useState } from "react";
import * as api from "./api";
import { type Listed, withFirst, withNext } from "./pages";
import { ProblemBox } from "./problem-box";
import { type ListedAlert, STATUSES, type Status } from "./types";
import { useDeed } from "./use-deed";
import { useSteady } from "./use-steady";
import { deliveriesOf, momentOf, SEVERITY, STATUS } from "./words";

type Properties = { chosen: string | undefined; open: (alert: string) => void };

/** Survives while another tab is shown. */
const kept: { status: Status | "" } = { status: "" };

export function AlertList({ chosen, open }: Properties) {
  const [status, setStatus] = useState(kept.status);
  return (
    <section className="alert-list" aria-label="Alerts">
      <header className="alerts-header">
        <h2>Alerts</h2>
        <select
          aria-label="Status shown"
          value={status}
          onChange={(event) => {
            kept.status = event.target.value as Status | "";
            setStatus(kept.status);
          }}
        >
          <option value="">Every status</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {STATUS[status]}
            </option>
          ))}
        </select>
      </header>
      <Pages key={status} status={status} chosen={chosen} open={open} />
    </section>
  );
}

function Pages({ status, chosen, open }: Properties & { status: Status | "" }) {
  const listed = useRef<Listed>(undefined);
  const [, redraw] = useState(0);
  const first = useSteady(`alerts/${status}`, async (signal) => {
    listed.current = withFirst(listed.current, await api.list(status, undefined, signal));
    return listed.current;
  });
  const more = useDeed<void>();
  const readMore = () =>
    more.run(async () => {
      const page = await api.list(status, listed.current?.next);
      if (listed.current) listed.current = withNext(listed.current, page);
      redraw((drawn) => drawn + 1);
    });

  const shown = listed.current;
  return (
    <>
      {first.problem && (
        <p role="alert" className="problem">
          {first.problem}
        </p>
      )}
      {!shown && !first.problem && <p className="quiet alerts-note">Reading.</p>}
      {shown?.alerts.length === 0 && (
        <p className="quiet alerts-note">
          {status ? `No alert is ${STATUS[status].toLowerCase()}.` : "No alerts yet: send one."}
        </p>
      )}
      <ul className="alert-lines">
        {shown?.alerts.map((alert) => (
          <li key={alert.id}>
            <Line alert={alert} isChosen={alert.id === chosen} open={open} />
          </li>
        ))}
        {shown?.next && (
          <li className="alerts-note">
            <button
              type="button"
              className="button"
              disabled={more.isRunning}
              onClick={() => void readMore()}
            >
              More
            </button>
          </li>
        )}
      </ul>
      {more.problem && <ProblemBox problem={more.problem} />}
    </>
  );
}

type LineProperties = { alert: ListedAlert; isChosen: boolean; open: (alert: string) => void };

function Line({ alert, isChosen, open }: LineProperties) {
  const deliveries = deliveriesOf(alert);
  return (
    <button
      type="button"
      className="alert-line"
      aria-current={isChosen || undefined}
      onClick={() => open(alert.id)}
    >
      <span className="alert-line-top">
        <SeverityMark severity={alert.severity} /> <span>{STATUS[alert.status]}</span>{" "}
        <time className="quiet" dateTime={alert.createdAt}>
          {momentOf(alert.createdAt)}
        </time>
      </span>{" "}
      <bdi className="alert-line-title">{alert.title}</bdi>{" "}
      <span className="alert-line-bottom">
        <bdi className="quiet">{alert.assignee ? alert.assignee.name : "Unassigned"}</bdi>{" "}
        <span className={`alerts-${deliveries.kind}`}>{deliveries.words}</span>
      </span>
    </button>
  );
}

export function SeverityMark({ severity }: { severity: ListedAlert["severity"] }) {
  return <span className={`severity severity-${severity}`}>{SEVERITY[severity]}</span>;
}
