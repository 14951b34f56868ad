// The files that go with the next message.

import { CloseIcon } from "../page/icons";
import { sizeOf } from "./files";

export function ChosenFiles({ files, keep }: { files: File[]; keep: (files: File[]) => void }) {
  if (files.length === 0) return null;
  return (
    <ul className="chosen-files" aria-label="Files to send">
      {files.map((file, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same file may be there twice.
        <li key={at}>
          <span className="chosen-file-name">{file.name}</span>
          <span className="quiet">{sizeOf(file.size)}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={`Remove ${file.name}`}
            onClick={() => keep(files.filter((one) => one !== file))}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
