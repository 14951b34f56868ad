// The block kinds: https://docs.slack.dev/reference/block-kit/blocks

import type { Block as BlockType, Json } from "../simulator/types";
import { controlsOf } from "./controls";
import { OwnElement } from "./element";
import { InputBlock } from "./input-block";
import { kindOf, listOf, type Part, partOf, partsOf, safeAddress, textOf, wordOf } from "./json";
import { NotShown } from "./not-shown";
import { Drawn, Text } from "./text";

export function Block({ block }: { block: BlockType }) {
  switch (block.type) {
    case "header":
      return <h3 className="block-header">{textOf(block.text)}</h3>;
    case "divider":
      return <hr className="block-divider" />;
    case "section":
      return <Section block={block} />;
    case "context":
      return <Context block={block} />;
    case "image":
      return <Image image={block} title={textOf(block.title)} />;
    case "actions":
      return (
        <div className="block-actions">
          {controlsOf(block).map((control, at) => (
            <OwnElement key={`${control.kind} ${control.action_id || at}`} control={control} />
          ))}
        </div>
      );
    case "input":
      return <InputBlock block={block} />;
    case "rich_text":
    case "markdown":
      return <Drawn block={block} />;
    case "table":
      return (
        <div className="block-table">
          <Drawn block={{ ...block, rows: listOf(block.rows).map(withoutRawText) }} />
        </div>
      );
    default:
      return <NotShown kind={block.type} />;
  }
}

function Section({ block }: { block: BlockType }) {
  const accessory = partOf(block.accessory);
  const [control] = controlsOf(block);
  const fields = listOf(block.fields);
  return (
    <div className="block-section">
      <div className="block-section-text">
        {block.text && <Text value={block.text} />}
        {fields.length > 0 && (
          <div className="block-fields">
            {fields.map((field, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: fields have no name but their place.
              <div key={at}>
                <Text value={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {kindOf(accessory) === "image" && <Image image={accessory} title="" />}
      {control && <OwnElement control={control} />}
    </div>
  );
}

function Context({ block }: { block: BlockType }) {
  return (
    <div className="block-context">
      {partsOf(block.elements).map((element, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: these have no name but their place.
        <div key={at}>
          {kindOf(element) === "image" ? <Image image={element} title="" /> : <Text value={element} />}
        </div>
      ))}
    </div>
  );
}

/** The page asks no other server for anything, so an image is its description and where it is. */
function Image({ image, title }: { image: Part; title: string }) {
  const address = safeAddress(wordOf(image.image_url));
  const words = [title, wordOf(image.alt_text)].filter(Boolean).join(": ") || "Image";
  return (
    <span className="block-image">
      <span aria-hidden="true">🖼</span>{" "}
      {address ? (
        <a className="block-link" href={address} target="_blank" rel="noopener noreferrer">
          {words}
        </a>
      ) : (
        words
      )}
    </span>
  );
}

/** The library reads markup in `raw_text`; in the leaves of rich text it reads none. */
const withoutRawText = (row: Json): Json =>
  listOf(row).map((cell) => {
    const { type, text } = partOf(cell);
    if (type !== "raw_text") return cell;
    const elements = [{ type: "rich_text_section", elements: [{ type: "text", text: wordOf(text) }] }];
    return { type: "rich_text", elements };
  });
