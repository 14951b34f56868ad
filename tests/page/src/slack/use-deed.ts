// Something a person does that the simulator may refuse. The refusal is kept, in words, until the next try.

import { useState } from "react";
import type { Workspace } from "../simulator/types";
import { problemOf } from "./refusal";

type Doing = {
  /** Why the last try was refused. */
  problem: string | undefined;
  /** Does it; whether it was done. */
  attempt: (deed: () => Promise<unknown>) => Promise<boolean>;
};

export function useDeed(workspace: Workspace): Doing {
  const [problem, setProblem] = useState<string>();
  const attempt = async (deed: () => Promise<unknown>) => {
    setProblem(undefined);
    try {
      await deed();
      return true;
    } catch (error) {
      setProblem(problemOf(workspace, error));
      return false;
    }
  };
  return { problem, attempt };
}
