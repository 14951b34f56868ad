// The frame: three tabs, who one is, and whether the simulator is there.

import { useEffect, useRef } from "react";
import { type Address, format, type Tab, useAddress } from "./address";
import { AlertsTab } from "./alerts/alerts-tab";
import { PersonMenu } from "./page/person-menu";
import { Spoken } from "./page/spoken";
import { whoIs } from "./page/who";
import * as control from "./simulator/control";
import { useConnected, useLive } from "./simulator/live";
import { SlackTab } from "./slack/slack-tab";
import { FaultBadge } from "./wire/faults/fault-badge";
import { WireTab } from "./wire/wire-tab";
import "./page/controls.css";
import "./page/frame.css";

const TABS: { tab: Tab; label: string }[] = [
  { tab: "slack", label: "Slack" },
  { tab: "wire", label: "Wire" },
  { tab: "alerts", label: "Alerts" },
];

export function App() {
  const [address, go] = useAddress();
  const connected = useConnected();
  const { value: workspace, problem } = useLive(
    "workspace",
    control.workspace,
    (change) => change.what === "workspace",
  );
  const placeIn = useLastPlaces(address);
  const who = workspace && whoIs(workspace, address.as);

  return (
    <div className="page">
      <header className="top">
        <h1 className="visually-hidden">Margay: a local Slack workspace</h1>
        <nav aria-label="Tabs">
          {TABS.map(({ tab, label }) => (
            <a
              key={tab}
              className="tab"
              href={format({ ...address, tab, path: placeIn(tab) })}
              aria-current={address.tab === tab ? "page" : undefined}
            >
              {label}
              {tab === "wire" && <FaultBadge />}
            </a>
          ))}
        </nav>
        {who && <PersonMenu people={who.people} me={who.me} become={(person) => go({ as: person.id })} />}
      </header>
      {!connected && (
        <p className="offline" role="status">
          The simulator is not there. This page goes on when it is back.
        </p>
      )}
      {problem && !workspace && connected && (
        <p className="page-note" role="alert">
          {problem}
        </p>
      )}
      {workspace && (
        <main className="tab-content">
          {address.tab === "slack" && !who?.me && (
            <p className="page-note" role="alert">
              {who?.problem}
            </p>
          )}
          {address.tab === "slack" && who?.me && (
            <SlackTab workspace={workspace} me={who.me} path={address.path} open={(path) => go({ path })} />
          )}
          {address.tab === "wire" && <WireTab workspace={workspace} />}
          {address.tab === "alerts" && (
            <AlertsTab
              workspace={workspace}
              alert={address.path[0]}
              open={(alert) => go({ path: alert ? [alert] : [] })}
            />
          )}
        </main>
      )}
      <Spoken />
    </div>
  );
}

/** Where one was in each tab: so a look at another tab loses no place. */
function useLastPlaces({ tab, path }: Address): (tab: Tab) => string[] {
  const places = useRef<Partial<Record<Tab, string[]>>>({});
  useEffect(() => {
    places.current[tab] = path;
  });
  return (other) => (other === tab ? [] : (places.current[other] ?? []));
}
