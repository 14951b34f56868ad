// What a message says: its blocks, or its text where it has none; attachments; files.

import { useMemo, useState } from "react";
import { Blocks } from "../blocks/blocks";
import { FileIcon } from "../page/icons";
import { fileAddress } from "../simulator/control";
import type { Block, Message, Person, SharedFile, Workspace } from "../simulator/types";
import { attachmentColour } from "./colours";
import { sizeOf } from "./files";

type Properties = {
  workspace: Workspace;
  me: Person;
  channel: string;
  ts: string;
  text: string;
  blocks: Block[];
  attachments?: Message["attachments"];
  files?: SharedFile[] | undefined;
  /** One may look, not touch. */
  disabled: boolean;
};

export function MessageContent(message: Properties) {
  const { workspace, me, channel, ts, text, blocks, attachments, files, disabled } = message;
  const place = useMemo(() => ({ channel, message_ts: ts }), [channel, ts]);
  const common = { workspace, me, place, disabled };
  const shown = useMemo(() => (blocks.length > 0 ? blocks : asBlocks(text)), [blocks, text]);
  return (
    <>
      {shown.length > 0 && <Blocks {...common} blocks={shown} />}
      {attachments?.map((attachment, at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: attachments have no name but their place.
          key={at}
          className="attachment"
          style={{ borderInlineStartColor: attachmentColour(attachment.color) }}
        >
          <Blocks {...common} blocks={blocksOf(attachment)} />
        </div>
      ))}
      {files && files.length > 0 && (
        <ul className="files" aria-label="Files">
          {files.map((file) => (
            <li key={file.id}>
              <FileCard file={file} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function FileCard({ file }: { file: SharedFile }) {
  const [broken, setBroken] = useState(false);
  const name = file.title || file.name;
  const address = fileAddress(file.id);
  if (!broken && /^image\/(png|jpeg|gif|webp)$/.test(file.mimetype)) {
    return (
      <a className="file-image" href={address} target="_blank" rel="noreferrer">
        <img src={address} alt={name} loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a className="file" href={address} target="_blank" rel="noreferrer">
      <FileIcon />
      <span className="file-name">
        <strong>{name}</strong>
        <span className="quiet">
          {file.filetype.toUpperCase()} {sizeOf(file.size)}
        </span>
      </span>
    </a>
  );
}

/** Text alone is drawn as the section that Slack's mrkdwn stands in. */
const asBlocks = (text: string): Block[] =>
  text ? [{ type: "section", text: { type: "mrkdwn", text } }] : [];

type Attachment = NonNullable<Message["attachments"]>[number];

function blocksOf({ blocks, text, fallback }: Attachment): Block[] {
  return blocks && blocks.length > 0 ? blocks : asBlocks(text || fallback || "");
}
