// What the alert says.

import type { Json } from "../../simulator/types";
import { JsonView } from "../../wire/json/json-view";
import type { Alert } from "../types";
import { LongText } from "./long-text";

export function Content({ alert }: { alert: Alert }) {
  const texts: [string, string][] = [
    ["Description", alert.description],
    ["Runbook", alert.runbook],
    ["Detection", [alert.detection?.name, alert.detection?.id].filter(Boolean).join(" / ")],
    ["Log types", alert.logTypes.join(", ")],
    ["Tags", alert.tags.join(", ")],
  ];
  const documents: [string, Json][] = [
    ["Summary attributes", alert.summaryAttributes],
    ["Context", alert.context],
    ["First event", alert.firstEvent],
  ];
  return (
    <div className="content">
      <dl>
        {texts.map(
          ([name, text]) =>
            text && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <LongText text={text} most={600} />
                </dd>
              </div>
            ),
        )}
      </dl>
      {documents.map(
        ([name, value]) => !isEmpty(value) && <JsonView key={name} label={name} value={value} />,
      )}
    </div>
  );
}

const isEmpty = (value: Json): boolean =>
  value === null || (typeof value === "object" && Object.keys(value).length === 0);
