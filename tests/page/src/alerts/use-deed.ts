// Something that one asks the API to do: whether it runs, and what came of it.

import { useState } from "react";
import { Failed, type Problem } from "./problem";

export type Deed<T> = {
  isRunning: boolean;
  /** What came of the last one. */
  done: T | undefined;
  problem: Problem | undefined;
  /** Does it, unless it is being done. Whether it was done. */
  run: (deed: () => Promise<T>) => Promise<boolean>;
};

export function useDeed<T>(): Deed<T> {
  const [isRunning, setRunning] = useState(false);
  const [{ done, problem }, setSaid] = useState<{ done?: T; problem?: Problem }>({});

  const run = async (deed: () => Promise<T>) => {
    if (isRunning) return false;
    setRunning(true);
    setSaid({});
    try {
      setSaid({ done: await deed() });
      return true;
    } catch (error) {
      setSaid({ problem: asProblem(error) });
      return false;
    } finally {
      setRunning(false);
    }
  };
  return { isRunning, done, problem, run };
}

function asProblem(error: unknown): Problem {
  if (error instanceof Failed) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, headline: "It did not work.", detail, fields: [] };
}
