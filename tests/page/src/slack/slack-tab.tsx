// The workspace as one person sees it: where they can go, what they look at, the thread beside it.

import { useEffect, useMemo, useRef } from "react";
import { appName, nameOf } from "../page/person";
import { useNarrow } from "../page/use-media";
import { useTitle } from "../page/use-title";
import * as control from "../simulator/control";
import { useLive } from "../simulator/live";
import type { Conversation, Ephemeral, Person, Workspace } from "../simulator/types";
import { AppHome } from "./app-home";
import { BackButton } from "./back-button";
import { Channel } from "./channel";
import { Modals } from "./modals";
import { canSee, roomsOf, titleOf } from "./rooms";
import { Sidebar } from "./sidebar";
import { Thread } from "./thread";
import "./slack-tab.css";

type Properties = { workspace: Workspace; me: Person; path: string[]; open: (path: string[]) => void };

const HOME = "home";
const NO_EPHEMERALS: Ephemeral[] = [];

export function SlackTab({ workspace, me, path, open }: Properties) {
  const narrow = useNarrow();
  const usual = useUsualChannel(workspace, me);
  const ephemerals = useLive(
    `ephemerals/${me.id}`,
    (signal) => control.ephemerals(me.id, signal),
    (change) => change.what === "ephemerals" && change.id === me.id,
  );
  const only = ephemerals.value ?? NO_EPHEMERALS;

  // Messages are not drawn anew because this function is another one.
  const latest = useRef(open);
  latest.current = open;
  const go = useMemo(() => (to: string[]) => latest.current(to), []);

  const [place, thread] = path;
  const shown = place ?? (narrow ? undefined : usual);
  const found = workspace.conversations.find((conversation) => conversation.id === shown);
  const conversation = found && canSee(found, me) ? found : undefined;
  useFocusBack(thread);
  const app = shown === HOME ? appName(workspace) : undefined;
  useTitle(conversation ? titleOf(workspace, conversation) : app, nameOf(me), workspace.team.name);

  const panes = {
    sidebar: !narrow || !shown,
    main: shown !== undefined && !(narrow && thread),
    thread: conversation !== undefined && thread !== undefined,
  };
  return (
    <div className={panes.thread ? "slack slack-with-thread" : "slack"}>
      {panes.sidebar && <Sidebar workspace={workspace} me={me} shown={shown} open={go} />}
      {panes.main && shown === HOME && <AppHome key={me.id} workspace={workspace} me={me} open={go} />}
      {panes.main && conversation && (
        <Channel
          key={`${me.id}/${conversation.id}`}
          workspace={workspace}
          me={me}
          conversation={conversation}
          ephemerals={only}
          open={go}
          threadOpen={panes.thread}
        />
      )}
      {shown && shown !== HOME && !conversation && <NotThere back={() => go([])} />}
      {panes.thread && conversation && thread && (
        <Thread
          key={`${me.id}/${conversation.id}/${thread}`}
          workspace={workspace}
          me={me}
          conversation={conversation}
          ts={thread}
          ephemerals={only}
          close={() => go([conversation.id])}
          openChannel={(channel) => go([channel])}
        />
      )}
      <Modals workspace={workspace} me={me} />
    </div>
  );
}

function NotThere({ back }: { back: () => void }) {
  return (
    <section className="channel channel-gone" aria-label="Channel">
      <BackButton back={back} />
      <h2>This channel is not there</h2>
      <p className="quiet">It is gone, or you are not one of those who can see it.</p>
    </section>
  );
}

/** Where one lands: the first of one's channels in which something was said, else the first. */
function useUsualChannel(workspace: Workspace, me: Person): string | undefined {
  const { channels } = roomsOf(workspace, me);
  const { value } = useLive(
    `usual/${me.id}`,
    (signal) => firstWithMessages(channels, signal),
    () => false,
  );
  const stillMine = channels.some(({ id }) => id === value);
  return value !== undefined && !stillMine ? channels[0]?.id : value;
}

async function firstWithMessages(channels: Conversation[], signal: AbortSignal): Promise<string> {
  for (const { id } of channels) {
    const { messages } = await control.messages(id, 1, signal);
    if (messages.length > 0) return id;
  }
  return channels[0]?.id ?? "";
}

/** When a thread closes, the focus goes back to the button that opens it. */
function useFocusBack(thread: string | undefined): void {
  const before = useRef(thread);
  useEffect(() => {
    const closed = thread ? undefined : before.current;
    before.current = thread;
    if (!closed) return;
    const message = `[data-ts="${CSS.escape(closed)}"]`;
    const button = document.querySelector<HTMLElement>(
      `[data-thread="${CSS.escape(closed)}"], ${message} .message-reply, ${message} button`,
    );
    button?.focus();
  }, [thread]);
}
