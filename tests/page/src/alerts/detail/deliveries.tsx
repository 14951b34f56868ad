// Where the alert went, and how far each copy has got.

import { format, parse } from "../../address";
import { useLive } from "../../simulator/live";
import type { Workspace } from "../../simulator/types";
import { channelName } from "../../wire/entry";
import * as api from "../api";
import type { Alert, Delivery } from "../types";
import { behind, momentOf, STATE } from "../words";

export function Deliveries({ alert, workspace }: { alert: Alert; workspace: Workspace }) {
  const destinations = useLive("destinations", api.destinations, ({ what }) => what === "backend");
  const channelOf = ({ outputId }: Delivery) =>
    destinations.value?.find((destination) => destination.id === outputId)?.channel;
  return (
    <table className="deliveries" aria-label="Deliveries">
      <thead>
        <tr>
          <th scope="col">Destination</th>
          <th scope="col">State</th>
          <th scope="col">Copy</th>
        </tr>
      </thead>
      <tbody>
        {alert.deliveries.map((delivery) => (
          <tr key={delivery.outputId}>
            <td>
              <bdi>{delivery.label}</bdi>
              <ChannelLink channel={channelOf(delivery)} workspace={workspace} />
            </td>
            <td>
              <span className={`alerts-${STATE[delivery.state].kind}`}>
                <strong>{delivery.state}</strong> {STATE[delivery.state].words}
              </span>
              {delivery.reason && <span className="delivery-more">{delivery.reason}</span>}
              {delivery.retryAt && (
                <span className="delivery-more">Next try from {momentOf(delivery.retryAt)} on.</span>
              )}
            </td>
            <td>
              <Copy delivery={delivery} seq={alert.seq} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Copy({ delivery, seq }: { delivery: Delivery; seq: number }) {
  const words = behind(delivery, seq);
  if (!words) return <span className="quiet">none</span>;
  const kind = words === "up to date" ? "good" : "wait";
  return (
    <>
      <span className={`alerts-${kind}`}>{words}</span>
      <span className="delivery-more quiet">
        shows {delivery.syncedSeq} of {seq}
      </span>
    </>
  );
}

/** To the channel in the Slack tab. Which message it is the API does not say. */
function ChannelLink({ channel, workspace }: { channel: string | undefined; workspace: Workspace }) {
  if (!channel) return null;
  const name = channelName(workspace, channel);
  const found = workspace.conversations.find(
    (conversation) => channelName(workspace, conversation.id) === name,
  );
  if (!found) return null;
  const here = parse(window.location.hash);
  return (
    <a className="delivery-more" href={format({ ...here, tab: "slack", path: [found.id] })}>
      Open {name}
    </a>
  );
}
