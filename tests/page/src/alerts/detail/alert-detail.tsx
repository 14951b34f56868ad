// One alert, as the REST API tells it.

import { useLayoutEffect, useRef, useState } from "react";
import type { Workspace } from "../../simulator/types";
import { JsonView } from "../../wire/json/json-view";
import { SeverityMark } from "../alert-list";
import * as api from "../api";
import type { Alert } from "../types";
import { useSteady } from "../use-steady";
import { momentOf, routingOf, STATUS } from "../words";
import { ActivityList } from "./activity-list";
import { Content } from "./content";
import { Deliveries } from "./deliveries";
import { LongText } from "./long-text";
import { OverApi } from "./over-api";
import "./detail.css";

type Properties = {
  id: string;
  workspace: Workspace;
  /** It takes the place of the list. */
  isAlone: boolean;
  close: () => void;
};

export function AlertDetail({ id, workspace, isAlone, close }: Properties) {
  const alert = useSteady(`alert/${id}`, (signal) => api.load(id, signal));
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isAlone) button.current?.focus();
  }, [isAlone]);

  return (
    <section className="alert" aria-label="Alert">
      <header className="alert-top">
        <code className="alert-id">{id}</code>
        <button ref={button} type="button" className="button" onClick={close}>
          {isAlone ? "Back" : "Close"}
        </button>
      </header>
      {alert.problem && (
        <p role="alert" className="problem">
          {alert.problem}
        </p>
      )}
      {alert.value === undefined && !alert.problem && <p className="quiet">Reading.</p>}
      {alert.value === null && (
        <p role="status">
          Margay has no alert with this id. If it was sent a moment ago, it is still in the queue and comes up
          here.
        </p>
      )}
      {alert.value && <Told alert={alert.value} workspace={workspace} reload={alert.reload} />}
    </section>
  );
}

function Told({ alert, workspace, reload }: { alert: Alert; workspace: Workspace; reload: () => void }) {
  const [isRaw, setRaw] = useState(false);
  return (
    <>
      <h2 className="alert-title">
        <LongText text={alert.title} most={200} />
      </h2>
      <dl className="alert-facts">
        <Fact name="Severity">
          <SeverityMark severity={alert.severity} />
        </Fact>
        <Fact name="Status">{STATUS[alert.status]}</Fact>
        <Fact name="Assignee">
          <bdi>{alert.assignee?.name ?? "Nobody"}</bdi>
        </Fact>
        <Fact name="Type">{alert.type}</Fact>
        <Fact name="Created">{momentOf(alert.createdAt)}</Fact>
        <Fact name="Came in">{alert.received === 1 ? "once" : `${alert.received} times`}</Fact>
      </dl>

      <h3>Routing</h3>
      {routingOf(alert).map((sentence) => (
        <p key={sentence} className="alert-sentence">
          <bdi>{sentence}</bdi>
        </p>
      ))}
      {alert.deliveries.length > 0 && <Deliveries alert={alert} workspace={workspace} />}

      <h3>Activity</h3>
      <ActivityList alert={alert} />

      <h3>As the console</h3>
      <OverApi alert={alert} reload={reload} />

      <h3>Content</h3>
      <Content alert={alert} />

      <button type="button" className="button alert-raw" aria-expanded={isRaw} onClick={() => setRaw(!isRaw)}>
        Raw JSON
      </button>
      {isRaw && <JsonView label="As the API says it" value={JSON.parse(JSON.stringify(alert))} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
