// The app's Home, which it publishes for each person.

import { useEffect, useState } from "react";
import { Blocks } from "../blocks/blocks";
import { appName } from "../page/person";
import * as control from "../simulator/control";
import { useLive } from "../simulator/live";
import type { Person, Workspace } from "../simulator/types";
import { usePlace } from "./view-place";

type Properties = { workspace: Workspace; me: Person };

export function Home({ workspace, me }: Properties) {
  const [problem, setProblem] = useState<string>();
  const home = useLive(
    `home/${me.id}`,
    (signal) => control.home(me.id, signal),
    (change) => change.what === "home" && change.id === me.id,
  );
  useEffect(() => {
    setProblem(undefined);
    control.openHome(me.id, "home").catch((error: Error) => setProblem(error.message));
  }, [me.id]);

  const view = home.value;
  const place = usePlace(view?.id ?? "");
  return (
    <div className="home">
      {(problem ?? home.problem) && (
        <p className="problem" role="alert">
          {problem ?? home.problem}
        </p>
      )}
      {view && (
        <Blocks
          key={view.id}
          workspace={workspace}
          me={me}
          place={place}
          blocks={view.blocks}
          values={view.state.values}
        />
      )}
      {view === null && <p className="quiet">{appName(workspace)} has put nothing here for you.</p>}
    </div>
  );
}
