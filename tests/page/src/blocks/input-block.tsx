// An input with its label, its hint, and what is wrong with it.
// https://docs.slack.dev/reference/block-kit/blocks/input-block

import { useId } from "react";
import type { Block } from "../simulator/types";
import { controlsOf } from "./controls";
import { Element } from "./element";
import { textOf } from "./json";
import { useSurface } from "./surface";
import type { Naming } from "./use-control";

export function InputBlock({ block }: { block: Block }) {
  const id = useId();
  const { errors } = useSurface();
  const error = errors[block.block_id ?? ""];
  const hint = textOf(block.hint);
  const [control] = controlsOf(block);
  if (!control) return null;

  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const naming: Naming = {
    id,
    "aria-labelledby": `${id}-label`,
    ...(described && { "aria-describedby": described }),
    ...(error && { "aria-invalid": true }),
    ...(!control.optional && { "aria-required": true }),
    ...(control.element.focus_on_load === true && { "data-focus-on-load": true }),
  };
  return (
    <div className={error ? "input-block input-block-wrong" : "input-block"}>
      <label id={`${id}-label`} htmlFor={id} className="input-label">
        {control.label}
        {control.optional && <span className="input-optional"> (optional)</span>}
      </label>
      <Element control={control} naming={naming} />
      {error && (
        <p id={`${id}-error`} className="input-error">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="input-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
