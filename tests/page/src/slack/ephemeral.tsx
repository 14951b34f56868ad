// A message that only one person sees, until they dismiss it.

import { CloseIcon, EyeIcon } from "../page/icons";
import { appName } from "../page/person";
import { Problem } from "../page/problem";
import * as control from "../simulator/control";
import type { Ephemeral as EphemeralType, Person, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { Time } from "./message";
import { MessageContent } from "./message-content";
import { clock } from "./time";
import { useDeed } from "./use-deed";

type Properties = { workspace: Workspace; me: Person; ephemeral: EphemeralType };

export function Ephemeral({ workspace, me, ephemeral }: Properties) {
  const { problem, attempt } = useDeed(workspace);
  const { channel, ts, text, blocks } = ephemeral;
  const app = appName(workspace);
  const dismiss = () => attempt(() => control.dismiss(me.id, ts));
  return (
    <article
      className="message ephemeral"
      aria-label={`${app} at ${clock(ts)}, only visible to you`}
      data-ts={ts}
    >
      <div className="message-gutter">
        <Avatar workspace={workspace} user={workspace.app.bot_user_id} />
      </div>
      <div className="message-body">
        <p className="message-note">
          <EyeIcon /> Only visible to you
        </p>
        <div className="message-head">
          <span className="message-author">{app}</span>
          <span className="app-badge">APP</span>
          <Time ts={ts} />
        </div>
        <MessageContent
          workspace={workspace}
          me={me}
          channel={channel}
          ts={ts}
          text={text}
          blocks={blocks}
          disabled={false}
        />
        <Problem>{problem}</Problem>
      </div>
      <button
        type="button"
        className="icon-button ephemeral-dismiss"
        aria-label="Dismiss"
        title="Dismiss"
        onClick={dismiss}
      >
        <CloseIcon />
      </button>
    </article>
  );
}
