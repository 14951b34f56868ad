// A text that somebody else wrote: as it is, and cut if it is long.

import { useState } from "react";
import { cut } from "../../wire/json/json";

/** `most` is in characters. */
export function LongText({ text, most }: { text: string; most: number }) {
  const [isWhole, setWhole] = useState(false);
  if (text.length <= most) return <bdi>{text}</bdi>;
  return (
    <>
      <bdi>{isWhole ? text : `${cut(text, most)}…`}</bdi>{" "}
      <button type="button" className="link-button long-text" onClick={() => setWhole(!isWhole)}>
        {isWhole ? "show less" : `show all ${text.length.toLocaleString("en")} characters`}
      </button>
    </>
  );
}
