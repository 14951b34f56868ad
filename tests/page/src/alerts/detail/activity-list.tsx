// What happened to the alert, in order.

import type { Alert } from "../types";
import { deedOf, momentOf, ORIGIN, wordsOf } from "../words";
import { LongText } from "./long-text";

export function ActivityList({ alert }: { alert: Alert }) {
  return (
    <>
      {alert.activityOmitted > 0 && (
        <p className="quiet">
          The oldest {alert.activityOmitted} are left out: the answer would have become too large.
        </p>
      )}
      <ol className="activity" aria-label="Activity" start={alert.activity[0]?.seq}>
        {alert.activity.map((activity) => (
          <li key={activity.seq}>
            <p>
              <strong>
                <bdi>{activity.actor.name}</bdi>
              </strong>{" "}
              <bdi>{deedOf(activity)}</bdi>
            </p>
            <p className="quiet activity-when">
              <time dateTime={activity.at}>{momentOf(activity.at)}</time>, {ORIGIN[activity.actor.type]}
            </p>
            {wordsOf(activity) && (
              <blockquote>
                <LongText text={wordsOf(activity)} most={600} />
              </blockquote>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
