// Send alerts, and see beside it what Margay's REST API says of each.

import { useState } from "react";
import { useMedia, useNarrow } from "../page/use-media";
import type { Workspace } from "../simulator/types";
import { AlertList } from "./alert-list";
import { AlertDetail } from "./detail/alert-detail";
import { SendPanel } from "./send/send-panel";
import "../page/controls.css";
import "./alerts.css";

type Properties = {
  workspace: Workspace;
  alert: string | undefined;
  open: (alert: string | undefined) => void;
};

/** Three columns need more. The same width stands in alerts.css. */
const TWO_COLUMNS = "(max-width: 1100px)";

const kept: { view: "send" | "list" } = { view: "send" };

export function AlertsTab({ workspace, alert, open }: Properties) {
  const isShort = useMedia(TWO_COLUMNS);
  const isNarrow = useNarrow();
  const [view, setView] = useState(kept.view);
  const show = (to: typeof view) => {
    kept.view = to;
    setView(to);
  };
  return (
    <div className="alerts" data-detail={alert ? "" : undefined}>
      <div className="alerts-left">
        {isShort && (
          <div className="alerts-switch" role="toolbar" aria-label="View">
            <button type="button" aria-pressed={view === "send"} onClick={() => show("send")}>
              Send an alert
            </button>
            <button type="button" aria-pressed={view === "list"} onClick={() => show("list")}>
              All alerts
            </button>
          </div>
        )}
        {(!isShort || view === "send") && <SendPanel open={open} />}
        {(!isShort || view === "list") && <AlertList chosen={alert} open={open} />}
      </div>
      <div className="alerts-right">
        {alert ? (
          <AlertDetail
            key={alert}
            id={alert}
            workspace={workspace}
            isAlone={isNarrow}
            close={() => {
              show("list");
              open(undefined);
            }}
          />
        ) : (
          <p className="quiet alerts-note">
            Choose an alert, or send one, to see what Margay's REST API says of it.
          </p>
        )}
      </div>
    </div>
  );
}
