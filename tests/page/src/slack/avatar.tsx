// A face: the first letters of a name on a colour of its own; the app's drawing.

import { MargayIcon } from "../page/icons";
import { initialsOf, nameIn } from "../page/person";
import type { Workspace } from "../simulator/types";
import { faceColour } from "./colours";
import "./avatar.css";

type Properties = { workspace: Workspace; user: string; small?: boolean };

export function Avatar({ workspace, user, small = false }: Properties) {
  const isApp = user === workspace.app.bot_user_id;
  return (
    <span
      className={small ? "avatar avatar-small" : "avatar"}
      style={{ background: isApp ? "var(--app-face)" : faceColour(user) }}
      aria-hidden="true"
    >
      {isApp ? <MargayIcon /> : initialsOf(nameIn(workspace, user))}
    </span>
  );
}
