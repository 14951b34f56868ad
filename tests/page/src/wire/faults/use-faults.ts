import * as control from "../../simulator/control";
import { useLive } from "../../simulator/live";

/** The faults in force and how they went. */
export const useFaults = () => useLive("faults", control.faults, (change) => change.what === "faults");

export type Faults = ReturnType<typeof useFaults>;
