// JSON to look through: foldable, long texts cut, and the whole of it to be copied. Texts stay texts.

import { useState } from "react";
import type { Json } from "../../simulator/types";
import { CopyButton } from "./copy-button";
import { childrenOf, cut, depthShown, LONG_STRING, MANY_CHILDREN, summaryOf, written } from "./json";
import "./json.css";

/** `label` names the document for those who hear it. */
export function JsonView({ label, value }: { label: string; value: Json }) {
  return (
    <section className="json" aria-label={label}>
      <header className="json-header">
        <h3>{label}</h3>
        <CopyButton what={label} text={() => JSON.stringify(value, null, 2)} />
      </header>
      <div className="json-body">
        <Node value={value} depthLeft={depthShown(value)} />
      </div>
    </section>
  );
}

type NodeProperties = { name?: string; value: Json; depthLeft: number };

function Node({ name, value, depthLeft }: NodeProperties) {
  const children = childrenOf(value);
  if (!children || children.length === 0) {
    return (
      <div className="json-line">
        {name !== undefined && <Name name={name} />}
        {typeof value === "string" ? <Text value={value} /> : <Plain value={value} />}
      </div>
    );
  }
  return (
    <Branch {...(name !== undefined && { name })} value={value} parts={children} depthLeft={depthLeft} />
  );
}

function Branch({ name, value, parts, depthLeft }: NodeProperties & { parts: [string, Json][] }) {
  const [open, setOpen] = useState(depthLeft > 0);
  const [shown, setShown] = useState(MANY_CHILDREN);
  const more = Math.min(MANY_CHILDREN, parts.length - shown);
  return (
    <div className="json-branch">
      <button type="button" className="json-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="json-mark" aria-hidden="true">
          {open ? "▾" : "▸"}
        </span>
        {name !== undefined && <Name name={name} />}
        <span className="json-quiet">{summaryOf(value)}</span>
      </button>
      {open && (
        <ul>
          {parts.slice(0, shown).map(([key, part]) => (
            <li key={key}>
              <Node name={key} value={part} depthLeft={depthLeft - 1} />
            </li>
          ))}
          {more > 0 && (
            <li>
              <button type="button" className="json-more" onClick={() => setShown(shown + MANY_CHILDREN)}>
                show {more} more of {parts.length}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function Name({ name }: { name: string }) {
  return (
    <span className="json-name">
      <bdi>{written(name).slice(1, -1)}</bdi>:{" "}
    </span>
  );
}

function Text({ value }: { value: string }) {
  const [whole, setWhole] = useState(false);
  const isLong = value.length > LONG_STRING;
  return (
    <>
      <span className="json-string">{written(isLong && !whole ? cut(value) : value)}</span>
      {isLong && (
        <button type="button" className="json-more" onClick={() => setWhole(!whole)}>
          {whole ? "show less" : `show all ${value.length.toLocaleString("en")} characters`}
        </button>
      )}
    </>
  );
}

function Plain({ value }: { value: Json }) {
  const isScalar = value === null || typeof value !== "object";
  return <span className="json-scalar">{isScalar ? String(value) : summaryOf(value)}</span>;
}
