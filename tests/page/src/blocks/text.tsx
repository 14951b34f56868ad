// Text objects, and rich text as the library draws it.
//
// Plain text never reaches the library, which would read markup in it.

import { Message } from "slack-blocks-to-jsx";
import { nameIn } from "../page/person";
import type { Block } from "../simulator/types";
import { emojiOf, partOf, safeAddress, textOf, type Value, wordOf } from "./json";
import { richTextOf } from "./mrkdwn";
import { placeOf } from "./permalink";
import { useSurface } from "./surface";

type LibraryProps = Parameters<typeof Message>[0];
type Hooks = NonNullable<LibraryProps["hooks"]>;
type LinkInput = Parameters<NonNullable<Hooks["link"]>>[0];

/** A text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function Text({ value }: { value: Value }) {
  const { type, text } = partOf(value);
  if (type !== "mrkdwn") return <span className="plain-text">{textOf(value)}</span>;
  return <Drawn block={{ type: "rich_text", elements: richTextOf(wordOf(text)) }} />;
}

/** A block that the library draws. */
export function Drawn({ block }: { block: Block }) {
  return (
    <div className="drawn">
      {/* Both themes are ours (blocks.css), so that the library's need not be told apart. */}
      <Message
        blocks={[block] as unknown as LibraryProps["blocks"]}
        name=""
        logo=""
        withoutWrapper
        theme="light"
        hooks={HOOKS}
      />
    </div>
  );
}

// The library keeps its first hooks; what they show follows the workspace.
const HOOKS: Hooks = {
  user: ({ id }) => <UserMention id={id} />,
  channel: ({ id }) => <ChannelMention id={id} />,
  usergroup: ({ id }) => <span className="mention">@{id}</span>,
  atHere: () => <span className="mention mention-broadcast">@here</span>,
  atChannel: () => <span className="mention mention-broadcast">@channel</span>,
  atEveryone: () => <span className="mention mention-broadcast">@everyone</span>,
  emoji: (emoji, parse) => {
    const { name } = emoji;
    // `parse` knows names such as "constructor", too.
    const drawn = name in Object.prototype ? name : parse(emoji);
    return drawn === name ? (emojiOf(name) ?? `:${name}:`) : drawn;
  },
  link: (link) => <SafeLink {...link} />,
};

function SafeLink({ href, children }: LinkInput) {
  const { workspace, me } = useSurface();
  const address = safeAddress(href);
  const place = address && placeOf(address, workspace, me);
  if (place) {
    return (
      <a className="block-link" href={place}>
        {children}
      </a>
    );
  }
  return address ? (
    <a className="block-link" href={address} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  );
}

function UserMention({ id }: { id: string }) {
  const { workspace, me } = useSurface();
  return <span className={id === me.id ? "mention mention-me" : "mention"}>@{nameIn(workspace, id)}</span>;
}

function ChannelMention({ id }: { id: string }) {
  const { workspace } = useSurface();
  const channel = workspace.conversations.find((conversation) => conversation.id === id);
  return <span className="mention">#{channel?.name ?? id}</span>;
}
