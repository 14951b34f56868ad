// Block Kit as Slack's client shows it, to use as well as to look at.

import { memo, useMemo, useState } from "react";
import type { Place } from "../simulator/control";
import type { Block as BlockType, Json, Person, View, Workspace } from "../simulator/types";
import { Block } from "./block";
import { Boundary } from "./boundary";
import { Fills } from "./fills";
import { type Surface, SurfaceProvider } from "./surface";
import "./blocks.css";
import "./controls.css";

export type BlocksProps = {
  workspace: Workspace;
  me: Person;
  blocks: BlockType[];
  place: Place;
  /** What a view's inputs hold, as far as Slack knows. */
  values?: View["state"]["values"];
  /** What is wrong with inputs, by block id. */
  errors?: Record<string, string>;
  /** In modals and homes: what an input holds now, to be sent when the view is submitted. */
  onInput?: (block_id: string, action_id: string, value: Json) => void;
  /** One may look, not touch. */
  disabled?: boolean;
};

const NO_ERRORS = {};

export const Blocks = memo(BlocksOf, same);

function BlocksOf({ workspace, me, blocks, place, values, errors, onInput, disabled }: BlocksProps) {
  const [fills] = useState(() => new Fills());
  const surface: Surface = useMemo(
    () => ({
      workspace,
      me,
      place,
      values,
      errors: errors ?? NO_ERRORS,
      onInput,
      disabled: disabled ?? false,
      fills,
    }),
    [workspace, me, place, values, errors, onInput, disabled, fills],
  );
  const keys = keysOf(blocks, place);
  return (
    <SurfaceProvider value={surface}>
      <div className="blocks" key={me.id}>
        {blocks.map((block, at) => (
          <Boundary key={keys[at]} kind={block.type} of={block}>
            <Block block={block} />
          </Boundary>
        ))}
      </div>
    </SurfaceProvider>
  );
}

/**
 * In a view a block is the same as long as its id is, wherever it moves. In a message apps change the ids of blocks to
 * make clients forget what was chosen; there the first block of actions stays the first, so that the focus stays.
 */
function keysOf(blocks: BlockType[], place: Place): string[] {
  const seen = new Map<string, number>();
  return blocks.map((block) => {
    const name = "view_id" in place && block.block_id ? `id ${block.block_id}` : `kind ${block.type}`;
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return `${name} ${nth}`;
  });
}

/** Messages are read anew as JSON whenever one of their channel changes; most are the same as before. */
function same(before: BlocksProps, after: BlocksProps): boolean {
  const { workspace, me, onInput, ...data } = before;
  const { workspace: workspaceAfter, me: meAfter, onInput: onInputAfter, ...dataAfter } = after;
  return (
    workspace === workspaceAfter &&
    me === meAfter &&
    onInput === onInputAfter &&
    JSON.stringify(data) === JSON.stringify(dataAfter)
  );
}
