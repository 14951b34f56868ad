// What one may do with a message: beside it when the mouse or the focus is on it; always where there is no mouse.

import { useEffect, useState } from "react";
import { format } from "../address";
import { MoreIcon, ThreadIcon } from "../page/icons";
import { Menu, type MenuItem } from "../page/menu";
import { speak } from "../page/spoken";
import type { Message } from "../simulator/types";

type Properties = {
  channel: string;
  message: Message;
  /** Each is absent where the person may not. */
  reply: (() => void) | undefined;
  edit: (() => void) | undefined;
  remove: (() => void) | undefined;
};

export function MessageActions({ channel, message, reply, edit, remove }: Properties) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return;
    const timer = window.setTimeout(() => setSaid(""), 2000);
    return () => window.clearTimeout(timer);
  }, [said]);
  const say = (words: string) => {
    setSaid(words);
    speak(words);
  };
  const copy = (what: string, text: string) => {
    navigator.clipboard.writeText(text).then(
      () => say(`${what} copied`),
      () => say(`The browser does not let the page copy. ${what}: ${text}`),
    );
  };

  const items: MenuItem[] = [
    ...(reply ? [{ label: "Reply in thread", act: reply }] : []),
    { label: "Copy link", act: () => copy("Link", linkTo(channel, message)) },
    { label: "Copy timestamp", act: () => copy("Timestamp", message.ts) },
    ...(edit ? [{ label: "Edit message", act: edit }] : []),
    ...(remove ? [{ label: "Delete message", act: remove, dangerous: true }] : []),
  ];
  return (
    <div className="message-actions" data-said={said !== ""}>
      {said && (
        <span className="message-said" aria-hidden="true">
          {said}
        </span>
      )}
      {reply && (
        <button
          type="button"
          className="icon-button message-reply"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={reply}
        >
          <ThreadIcon />
        </button>
      )}
      <Menu label="More actions" icon={<MoreIcon />} items={items} />
    </div>
  );
}

/** For whoever opens it: says the place, not who one is. */
function linkTo(channel: string, { ts, thread_ts }: Message): string {
  const hash = format({ tab: "slack", path: [channel, thread_ts ?? ts], as: undefined });
  return `${window.location.origin}${window.location.pathname}${hash}`;
}
