import { useMemo } from "react";
import type { Place } from "../simulator/control";

/** The place of a view's controls; the same object as long as the view is. */
export const usePlace = (view_id: string): Place => useMemo(() => ({ view_id }), [view_id]);
