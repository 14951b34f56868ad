// Beside the name of the tab, from anywhere on the page: how many faults are in force.

import { isInForce } from "./in-force";
import { useFaults } from "./use-faults";
import "../wire.css";

export function FaultBadge() {
  const count = useFaults().value?.faults.filter(isInForce).length ?? 0;
  if (count === 0) return null;
  return (
    <span className="wire-badge">
      {count}
      <span className="visually-hidden"> {count === 1 ? "fault" : "faults"} in force</span>
    </span>
  );
}
