// Back to what is beside it where there is room for more than one.

import { BackIcon } from "../page/icons";
import { useNarrow } from "../page/use-media";

export function BackButton({ back }: { back: () => void }) {
  if (!useNarrow()) return null;
  return (
    <button type="button" className="icon-button" aria-label="Back" onClick={back}>
      <BackIcon />
    </button>
  );
}
