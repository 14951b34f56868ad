// Where one can go: channels, the conversation with the app, the app's home.

import { useState } from "react";
import { format } from "../address";
import { PlusIcon } from "../page/icons";
import { appName } from "../page/person";
import { Problem } from "../page/problem";
import { openDirectMessage } from "../simulator/control";
import type { Person, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { BrowseChannels } from "./browse-channels";
import { ChannelLink } from "./channel-link";
import { isGuest, roomsOf } from "./rooms";
import { useDeed } from "./use-deed";
import "./sidebar.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  /** The conversation or `home` that is shown. */
  shown: string | undefined;
  open: (path: string[]) => void;
};

export function Sidebar({ workspace, me, shown, open }: Properties) {
  const [browsing, setBrowsing] = useState(false);
  const { problem, attempt } = useDeed(workspace);
  const { channels, archived, joinable, direct } = roomsOf(workspace, me);
  const app = appName(workspace);

  const openDirect = () => attempt(() => openDirectMessage(me.id).then(({ channel }) => open([channel])));
  const face = <Avatar workspace={workspace} user={workspace.app.bot_user_id} small />;
  const link = { workspace, me, shown };

  return (
    <nav className="sidebar" aria-label="Channels">
      <h2 className="sidebar-workspace">
        {workspace.team.name}
        {workspace.enterprise && <span className="sidebar-enterprise">{workspace.enterprise.name}</span>}
      </h2>
      <div className="sidebar-sections">
        <div className="sidebar-section">
          <h3>Channels</h3>
          <ul>
            {channels.map((channel) => (
              <li key={channel.id}>
                <ChannelLink {...link} conversation={channel} />
              </li>
            ))}
          </ul>
          {channels.length === 0 && <p className="sidebar-note">You are in no channel.</p>}
          {!isGuest(me) && (
            <button type="button" className="sidebar-link" onClick={() => setBrowsing(true)}>
              <PlusIcon /> Browse channels
            </button>
          )}
          {archived.length > 0 && (
            <details open={archived.some(({ id }) => id === shown) || undefined}>
              <summary className="sidebar-link">Archived</summary>
              <ul>
                {archived.map((channel) => (
                  <li key={channel.id}>
                    <ChannelLink {...link} conversation={channel} />
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
        {!me.is_stranger && (
          <>
            <div className="sidebar-section">
              <h3>Direct messages</h3>
              {direct ? (
                <ChannelLink {...link} conversation={direct} />
              ) : (
                <button type="button" className="sidebar-link" onClick={openDirect}>
                  {face} {app}
                </button>
              )}
              <Problem>{problem}</Problem>
            </div>
            <div className="sidebar-section">
              <h3>Apps</h3>
              <a
                className="sidebar-link"
                href={format({ tab: "slack", path: ["home"], as: me.id })}
                aria-current={shown === "home" ? "page" : undefined}
                aria-label={`${app} home`}
              >
                {face} {app}
              </a>
            </div>
          </>
        )}
      </div>
      {browsing && (
        <BrowseChannels
          workspace={workspace}
          me={me}
          channels={joinable}
          open={open}
          close={() => setBrowsing(false)}
        />
      )}
    </nav>
  );
}
