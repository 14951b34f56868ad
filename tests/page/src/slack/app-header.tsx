// The head of the app's two pages: its home, and the messages between it and oneself.

import { useEffect } from "react";
import { appName } from "../page/person";
import { Problem } from "../page/problem";
import { openDirectMessage, openHome } from "../simulator/control";
import type { Person, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { BackButton } from "./back-button";
import { useDeed } from "./use-deed";

type Properties = {
  workspace: Workspace;
  me: Person;
  shown: "home" | "messages";
  open: (path: string[]) => void;
};

export function AppHeader({ workspace, me, shown, open }: Properties) {
  const { problem, attempt } = useDeed(workspace);
  const openMessages = () => attempt(() => openDirectMessage(me.id).then(({ channel }) => open([channel])));

  // Slack tells the app. https://docs.slack.dev/reference/events/app_home_opened
  useEffect(() => {
    if (shown === "messages") openHome(me.id, "messages").catch(() => {});
  }, [shown, me.id]);

  const current = (tab: "home" | "messages") => (shown === tab ? "page" : undefined);
  return (
    <header className="channel-header app-header">
      <BackButton back={() => open([])} />
      <h2 className="channel-name">
        <Avatar workspace={workspace} user={workspace.app.bot_user_id} small />
        <span className="channel-name-text">{appName(workspace)}</span>
        <span className="app-badge">APP</span>
      </h2>
      <nav className="app-tabs" aria-label={appName(workspace)}>
        <button
          type="button"
          className="app-tab"
          aria-current={current("home")}
          onClick={() => open(["home"])}
        >
          Home
        </button>
        <button type="button" className="app-tab" aria-current={current("messages")} onClick={openMessages}>
          Messages
        </button>
      </nav>
      <Problem className="problem channel-problem">{problem}</Problem>
    </header>
  );
}
