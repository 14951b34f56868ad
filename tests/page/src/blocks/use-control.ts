// One control: what it holds, and what happens when it is used.
//
// What someone put into it stays until it is another control: in a view, until view, block or action id changes; in a
// message also when the app changes the element, which then shows what the message says.

import { useId, useRef, useState } from "react";
import * as control from "../simulator/control";
import { Refused } from "../simulator/control";
import type { Delivered, Json } from "../simulator/types";
import { type Control, type Held, heldIn, written } from "./controls";
import { useSurface } from "./surface";

/** Something the person must agree to before it happens. */
type Asking = { happen: () => void };

export type Handle = {
  held: Held;
  /** Puts something into it; what tells the app, tells it only by `act`. */
  put: (held: Held) => void;
  /** Puts something into it and tells the app, if that is what using it does. */
  use: (held: Held) => void;
  /** Tells the app: a button or an overflow menu, which hold nothing. */
  press: (value?: Json, then?: () => void) => void;
  busy: boolean;
  disabled: boolean;
  problem: string | undefined;
  asking: Asking | undefined;
  answer: (yes: boolean) => void;
  /** The attributes by which it is found and named. */
  naming: Naming;
};

export type Naming = {
  id: string;
  "aria-label"?: string;
  "aria-labelledby"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
  "aria-required"?: true;
  "data-focus-on-load"?: true;
};

/** `of` an identity; without one, until the next use. */
type Of<T> = { of: string | undefined; value: T };

export function useControl(which: Control, naming: Naming): Handle {
  const surface = useSurface();
  const { place, me, fills } = surface;
  const identity = identityOf(which, place);
  const [local, setLocal] = useState<Of<Held>>();
  const [problem, setProblem] = useState<Of<string>>();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<Asking>();
  // Two clicks can come before the page is drawn again.
  const running = useRef(false);

  const held = local?.of === identity ? local.value : heldIn(which, surface.values, surface.workspace);
  const { block_id, action_id } = which;
  const target = { user: me.id, block_id, action_id, ...place };
  const fail = (text: string, of?: string) => setProblem({ of, value: text });

  const tell = async (value: Json | undefined, refused: () => void) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await fills.flush();
      const said = await control.act(target, value);
      if (said.shown_error) fail(troubleIn(said), identity);
    } catch (error) {
      // A refusal is often of a control that has just changed, and must not go unseen with it.
      if (error instanceof Refused) refused();
      fail(error instanceof Error ? error.message : String(error));
    } finally {
      running.current = false;
      setBusy(false);
    }
  };

  const agreed = (happen: () => void) => {
    if (which.element.confirm) setAsking({ happen });
    else happen();
  };

  const put = (now: Held) => {
    setLocal({ of: identity, value: now });
    if (!which.inInput) return;
    const value = written(which.kind, now);
    if ("view_id" in place) surface.onInput?.(block_id, action_id, value);
    else {
      const fill = () =>
        control.fill(target, value).then(
          () => setProblem(undefined),
          (error: Error) => fail(error.message, identity),
        );
      fills.later(`${block_id}/${action_id}`, fill);
    }
  };

  return {
    held,
    put,
    use: (now) => {
      if (!which.tells) put(now);
      else if (!running.current) {
        agreed(() => {
          put(now);
          void tell(written(which.kind, now), () => setLocal(local));
        });
      }
    },
    press: (value, then) => {
      agreed(() => {
        then?.();
        void tell(value, () => {});
      });
    },
    busy,
    disabled: surface.disabled,
    problem: problem && (problem.of ?? identity) === identity ? problem.value : undefined,
    asking,
    answer: (yes) => {
      setAsking(undefined);
      if (yes) asking?.happen();
    },
    naming,
  };
}

function identityOf({ block_id, action_id, kind, element }: Control, place: control.Place): string {
  return "view_id" in place
    ? JSON.stringify([place.view_id, block_id, action_id, kind])
    : JSON.stringify([place.channel, place.message_ts, block_id, element]);
}

/** How a control outside an input is named: by what stands in it before a choice, or by its section's text. */
export function useOwnNaming(which: Control, placeholder: string): Naming {
  const id = useId();
  return { id, "aria-label": placeholder || which.label || which.action_id };
}

/** What Slack's warning says. */
function troubleIn({ status, problems }: Delivered): string {
  if (status === 0) return "The app did not answer in time.";
  if (status !== 200) return `The app answered with status ${status}.`;
  return problems && problems.length > 0
    ? `Slack refused the app's answer: ${problems.join("; ")}`
    : "It did not work.";
}
