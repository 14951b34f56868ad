// Where blocks stand, for the controls in them.

import { createContext, useContext } from "react";
import type { Place } from "../simulator/control";
import type { Json, Person, Workspace } from "../simulator/types";
import type { Values } from "./controls";
import type { Fills } from "./fills";

export type Surface = {
  workspace: Workspace;
  me: Person;
  place: Place;
  values: Values | undefined;
  errors: Record<string, string>;
  onInput: ((block_id: string, action_id: string, value: Json) => void) | undefined;
  disabled: boolean;
  fills: Fills;
};

const SurfaceContext = createContext<Surface | undefined>(undefined);

export const SurfaceProvider = SurfaceContext.Provider;

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error("blocks stand on a surface");
  return surface;
}
