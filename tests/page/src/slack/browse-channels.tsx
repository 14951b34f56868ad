// The public channels that one is not in.

import { Dialog } from "../page/dialog";
import { HashIcon } from "../page/icons";
import { Problem } from "../page/problem";
import { doToChannel } from "../simulator/control";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { useDeed } from "./use-deed";
import "./members.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  channels: Conversation[];
  open: (path: string[]) => void;
  close: () => void;
};

export function BrowseChannels({ workspace, me, channels, open, close }: Properties) {
  const { problem, attempt } = useDeed(workspace);
  const show = (channel: string) => {
    close();
    open([channel]);
  };
  const join = (channel: string) =>
    attempt(() => doToChannel("join", channel, { user: me.id }).then(() => show(channel)));
  return (
    <Dialog title="Browse channels" close={close}>
      <Problem>{problem}</Problem>
      {channels.length === 0 && <p className="quiet">You are in every public channel.</p>}
      <ul className="members" aria-label="Channels to join">
        {channels.map(({ id, name, members }) => (
          <li key={id} className="member">
            <HashIcon />
            <span className="member-name">
              <button
                type="button"
                className="link-button"
                aria-label={`Look into #${name}`}
                onClick={() => show(id)}
              >
                {name}
              </button>
              <span className="member-role quiet">
                {members.length === 1 ? "1 member" : `${members.length} members`}
              </span>
            </span>
            <button type="button" className="button" aria-label={`Join #${name}`} onClick={() => join(id)}>
              Join
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
