// The app's own page.

import type { Person, Workspace } from "../simulator/types";
import { AppHeader } from "./app-header";
import { Home } from "./home";

type Properties = { workspace: Workspace; me: Person; open: (path: string[]) => void };

export function AppHome({ workspace, me, open }: Properties) {
  return (
    <section className="channel" aria-label="App home">
      <AppHeader workspace={workspace} me={me} shown="home" open={open} />
      <div className="app-home">
        <Home workspace={workspace} me={me} />
      </div>
    </section>
  );
}
